"""uvicorn's HTTP protocol, with bounds for what it takes and for how long it waits."""

import asyncio
from collections import deque
from typing import Any, cast
from weakref import WeakKeyDictionary

import httptools
from uvicorn import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.utils import is_ssl
from uvicorn.server import ServerState

from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.fast_path.line import SILENT_SECONDS, end_soon, give_up_after
from stoppress.live.limits.client_address import client_address

from . import leaving
from .addresses import addresses_of
from .grace import Grace
from .newcomers import NEWCOMERS

ENDLESS = "stoppress.endless"

# Of a request's address, and of that and its headers; proxies allow 8 to 32 KiB.
URL_BYTES = 16 * 1024
HEAD_BYTES = 32 * 1024
# Of each header, besides its name and its value.
HEADER_BYTES = len(": \r\n")
# Headers of a WebSocket's handshake; of more, `websockets` says that they are too many.
HEADERS = 128
# Of a line of it; `websockets` refuses a longer one, and a body.
LINE_BYTES = 8 * 1024
BODY = frozenset({b"content-length", b"transfer-encoding"})
# Seconds in which a client's bytes are read however busy the loop is: only then does it hesitate.
# A burst of readers that come back is accepted long before it is read.
HESITATES_SECONDS = 1.0
# Seconds for the whole of a request's headers, from the connection on.
HEAD_SECONDS = 10.0
# Seconds without a byte of a request's body.
BODY_SECONDS = 30.0

# httptools before 0.6.3 has no such thing.
_LENIENT = hasattr(httptools.HttpRequestParser, "set_dangerous_leniencies")
# What is a connection's own at the outset, or would keep its server for ever.
OWN = ("app_state", "parser", "pipeline", "server_state")
OF_THE_SERVER = {"connections", "tasks"}
CHANGEABLE = (bytearray, deque, dict, list, set)
# The rest of what uvicorn makes for each connection, which is the same for all of a server's.
_SAME: WeakKeyDictionary[ServerState, dict[str, Any]] = WeakKeyDictionary()


class TooLarge(Exception):
    """A request's head is larger than it may be."""


class HttpProtocol(HttpToolsProtocol):
    """Takes requests of a bounded size in a bounded time.

    It keeps no connection open while the server leaves, and lets an application say that an
    answer never ends (`scope["extensions"]["stoppress.endless"]`, to be called).
    """

    _grace: Grace
    _patience = 0.0
    _timer: asyncio.TimerHandle | None = None
    _counted = ""
    _running: Any = None
    _endless = False
    _head_bytes = 0
    # Bytes since the parser last made something of them: of a header, say, that has no end.
    _idle_bytes = 0
    _too_large = 0
    _whole = False
    _body_begun = False
    _upgrades: bool | None = None

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        same = _SAME.get(server_state)
        if same is None or (_loop is not None and same["loop"] is not _loop):
            super().__init__(config, server_state, app_state, _loop)
            self._grace = Grace(self.loop, HESITATES_SECONDS)
            same = {**vars(self), **dict.fromkeys(OWN)}
            changeable = {name for name, value in same.items() if isinstance(value, CHANGEABLE)}
            # A uvicorn that makes more than we know of for each connection goes on to do so.
            if changeable <= OF_THE_SERVER:
                _SAME[server_state] = same
            return
        self.__dict__ = same.copy()
        self.server_state, self.app_state = server_state, app_state
        self.pipeline = deque()
        self.parser = httptools.HttpRequestParser(self)
        if _LENIENT:
            # As uvicorn does: a request that is sent behind one that says "close" is no error.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        self.connections.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        self.server, self.client = addresses_of(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        self._wait(0.0, HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the answer that is being given: uvicorn tells only the last that was asked for."""
        self._wait_no_more()
        running = self._running
        if running is not None and running is not self.cycle and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        self._idle_bytes += len(data)
        if not self._endless:
            super().data_received(data)
        if self._idle_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._too_large = 431
            self.send_400_response("")
        elif self._awaits_body():
            self._wait(0.0, BODY_SECONDS)

    def handle_websocket_upgrade(self) -> None:
        """Give the connection over; a plain request is not read a second time."""
        if self._running is not None and not self._running.response_complete:
            # An answer is still being given, and would stand in the midst of the WebSocket.
            end_soon(self.transport)
            return
        made: Any = self.ws_protocol_class
        scope = cast(dict[str, Any], self.scope)
        plain = scope["method"] == "GET" and scope["http_version"] == "1.1" and self.url.isascii()
        whole = made is HandshakeProtocol or (made is ConsumerProtocol and self._is_bare())
        if whole and plain and len(self.headers) <= HEADERS:
            self.connections.discard(self)
            protocol = made(self.config, self.server_state, self.app_state, self.loop)
            protocol.connection_made(self.transport)
            self.transport.set_protocol(protocol)
            protocol.upgrade(scope, self.url)
        else:
            super().handle_websocket_upgrade()
        self._whole = True
        self._wait_no_more()
        # They know of this: the collector would have to find all that a handshake is read with.
        self.parser = None  # type: ignore[assignment]  # as uvicorn has it of one that is lost
        self.scope = None  # type: ignore[assignment]

    def _is_bare(self) -> bool:
        """Say whether a request is so small that `websockets` has nothing to refuse in its form."""
        return self._head_bytes <= LINE_BYTES and BODY.isdisjoint(name for name, _ in self.headers)

    def send_400_response(self, msg: str) -> None:
        """Refuse a request, unless that would stand in the midst of an answer; then close."""
        if self._running is None or self._running.response_complete:
            if self._too_large:
                self.transport.write(
                    STATUS_LINE[self._too_large] + b"content-length: 0\r\nconnection: close\r\n\r\n"
                )
            else:
                super().send_400_response(msg)
        end_soon(self.transport)

    def on_message_begin(self) -> None:
        """Begin a request's scope."""
        super().on_message_begin()
        self._head_bytes = self._idle_bytes = 0
        self._whole = self._body_begun = False
        self._upgrades = None
        # An ASGI server has no other way to let an application say such a thing.
        cast(dict[str, Any], self.scope)["extensions"] = {ENDLESS: self._never_ends}

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        if len(self.url) > URL_BYTES:
            self._too_large = 414
            raise TooLarge
        self._idle_bytes = 0
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer."""
        # As uvicorn does, whose own would be one more call for each.
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))
        self._idle_bytes = 0
        self._head_bytes += len(name) + len(value) + HEADER_BYTES
        if self._head_bytes > HEAD_BYTES:
            self._too_large = 431
            raise TooLarge

    def on_headers_complete(self) -> None:
        """Begin to answer; a client of a server that leaves is told to connect anew."""
        self._wait_no_more()
        self._body_begun = True
        super().on_headers_complete()
        if leaving.begun() and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        self._idle_bytes = 0
        self._whole = True
        self._wait_no_more()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; uvicorn itself waits only for its first byte."""
        super().on_response_complete()
        if not self.pipeline and not self._awaits_body() and not self.transport.is_closing():
            self._wait(self.timeout_keep_alive, HEAD_SECONDS)

    def shutdown(self) -> None:
        """Close when the answer that is being given has ended."""
        super().shutdown()
        if self.transport.is_closing():
            end_soon(self.transport)

    def _should_upgrade(self) -> bool:
        # uvicorn asks three times of each handshake, and reads all headers each time.
        if self._upgrades is None:
            self._upgrades = super()._should_upgrade()
        return self._upgrades

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _never_ends(self) -> None:
        """Take the answer that is being given for the last one of this connection."""
        self._endless = True
        self._wait_no_more()
        self._idle_bytes = 0
        self.pipeline.clear()
        self.cycle = self._running
        self.cycle.keep_alive = False
        # Reading goes on, or the reader's leaving would not be noticed.
        self.flow.resume_reading()
        give_up_after(self.transport, SILENT_SECONDS)

    def _awaits_body(self) -> bool:
        return self._body_begun and not self._whole

    def _wait(self, quiet: float, within: float) -> None:
        """Wait for the rest of a request.

        Args:
            quiet: seconds in which nothing at all need come.
            within: seconds after those.
        """
        self._patience = within - HESITATES_SECONDS
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if quiet:
            self._grace.forget(self)
            self._timer = self.loop.call_later(quiet + HESITATES_SECONDS, self.grace_ends)
        else:
            self._grace.give(self)

    def grace_ends(self) -> None:
        """Count a connection that hesitates, and wait on."""
        if not self._counted and self.client is not None:
            address = client_address({"client": self.client, "headers": []})
            if not NEWCOMERS.take(address):
                self.transport.abort()
                return
            self._counted = address
        self._timer = self.loop.call_later(self._patience, self._too_late)

    def _too_late(self) -> None:
        if self.flow.read_paused:  # it is the application that has not taken what is there
            self._wait(0.0, BODY_SECONDS)
        else:
            self.transport.close()

    def _wait_no_more(self) -> None:
        self._grace.forget(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._counted:
            NEWCOMERS.give_back(self._counted)
            self._counted = ""
