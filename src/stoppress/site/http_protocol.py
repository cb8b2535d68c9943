"""uvicorn's HTTP protocol, which reads one request at a time, within bounds of size and time."""

import asyncio
import logging
from collections import deque
from typing import Any, cast
from urllib.parse import unquote
from weakref import WeakKeyDictionary

import httptools
from uvicorn import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.protocols.utils import is_ssl
from uvicorn.server import ServerState

from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.fast_path.line import SILENT_SECONDS, end_soon, give_up_after

from . import leaving, waiting_protocol
from .addresses import addresses_of
from .body_parser import body_parser
from .grace import Grace
from .pipelines import Pipelines
from .reading_flow import ReadingFlow
from .request_head import BadRequest, is_handshake, read_target
from .unparsed import Unparsed
from .waiting_protocol import WaitingProtocol

logger = logging.getLogger("stoppress.site")

ENDLESS = "stoppress.endless"

# Of a request's address, and of that and its headers; proxies allow 8 to 32 KiB.
URL_BYTES = 16 * 1024
HEAD_BYTES = 32 * 1024
# Of each header, besides its name and its value.
HEADER_BYTES = len(": \r\n")
# Headers of a WebSocket's handshake; of more, `websockets` says that they are too many.
HEADERS = 128
# Of a line of it; `websockets` refuses a longer one.
LINE_BYTES = 8 * 1024
# Of a body that is read to its end though it was answered already; of a longer one the connection
# is closed.
DROPPED_BYTES = 64 * 1024
# Slices that are parsed in a turn of the event loop: of chunked bodies, each may be of few bytes.
SLICES_AT_ONCE = 64
# What is a connection's own at the outset, or would keep its server for ever.
OWN = ("app_state", "parser", "pipeline", "server_state")
OF_THE_SERVER = {"connections", "tasks"}
CHANGEABLE = (bytearray, deque, dict, list, set)
# The rest of what uvicorn makes for each connection, which is the same for all of a server's.
_SAME: WeakKeyDictionary[ServerState, dict[str, Any]] = WeakKeyDictionary()


class HttpProtocol(WaitingProtocol):
    """Takes requests of a bounded size in a bounded time, and the next one when one is answered.

    It keeps no connection open while the server leaves, and lets an application say that an
    answer never ends (`scope["extensions"]["stoppress.endless"]`, to be called).
    """

    _pipelines: Pipelines
    _endless = False
    _head_bytes = 0
    # Bytes since the parser last made something of them: of a header, say, that has no end.
    _idle_bytes = 0
    _whole = False
    # Bytes of the body that are still to come; None where it comes in chunks.
    _body_left: int | None = 0
    _dropped_bytes = 0
    _handshake = False
    # The parser has read what a later request must not be read by.
    _stale = False
    _waits_for_turn = False

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
            self._grace = Grace(self.loop, waiting_protocol.HESITATES_SECONDS)
            self._pipelines = Pipelines(self.loop)
            same = {**vars(self), **dict.fromkeys(OWN)}
            changeable = {name for name, value in same.items() if isinstance(value, CHANGEABLE)}
            # A uvicorn that makes more than we know of for each connection goes on to do so.
            if changeable <= OF_THE_SERVER:
                _SAME[server_state] = same
            return
        self.__dict__ = same.copy()
        self.server_state, self.app_state = server_state, app_state
        self.pipeline = deque()
        self.parser = self._new_parser()

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # As uvicorn does: a request that is sent behind one that says "close" is no error.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        self.connections.add(self)
        self.transport = transport
        self.flow = ReadingFlow(transport)
        self._unparsed = Unparsed()
        self.server, self.client = addresses_of(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        self._grace.give(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the answer that is being given."""
        self._wait_no_more()
        self._unparsed.clear()
        if self._lingering is not None:
            self._lingering.end()
        super().connection_lost(exc)

    # What is read.

    def data_received(self, data: bytes) -> None:
        """Take a part of a request, or of several."""
        if self._lingering is not None:
            self._lingering.hear()
        elif self._endless:
            self._idle_bytes += len(data)
            if self._idle_bytes > HEAD_BYTES:
                end_soon(self.transport)
        else:
            self._unparsed.add(data)
            self.go_on()

    def go_on(self) -> None:
        """Parse what is at hand, up to the end of a request that is still to be answered."""
        self._waits_for_turn = False
        for _ in range(SLICES_AT_ONCE):
            if not self._unparsed.left or not self._may_parse():
                break
            self._parse(self._unparsed.take(self._body_left if self._awaits_body() else None))
        if self.parser is None or self.is_closing():
            self._unparsed.clear()
            return
        if self._unparsed.left:
            self.flow.hold()
            self._go_on_later()
        else:
            self.flow.release()
        if self._awaits_body() and self._pace is None:
            self._wait_for_body()

    def _may_parse(self) -> bool:
        """Say whether the connection's next bytes are looked at before its answer has ended."""
        if self.parser is None or self.is_closing():
            return False
        return not self._whole or self.cycle is None or self.cycle.response_complete

    def _go_on_later(self) -> None:
        if self._unparsed.left and self._may_parse() and not self._waits_for_turn:
            self._waits_for_turn = True
            self._pipelines.join(self)

    def _parse(self, data: bytes | memoryview) -> None:
        self._idle_bytes += len(data)
        try:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                self._at_upgrade()
        except httptools.HttpParserError as error:
            refusal = error.__context__
            if not isinstance(refusal, BadRequest):
                if isinstance(error, httptools.HttpParserCallbackError):
                    logger.error("could not read a request", exc_info=refusal)
                refusal = BadRequest(400, f"The request cannot be read: {error}.")
            self._refuse(refusal)
        else:
            if self._idle_bytes > HEAD_BYTES and not self.is_closing():
                self._refuse(BadRequest(431, "The request's headers are too large."))
            elif self._stale and self._whole:
                self._stale = False
                self.parser = self._new_parser()

    def _at_upgrade(self) -> None:
        """Go on where the parser has stopped behind a head."""
        if not self._handshake:
            self._stale = True
            self.parser = body_parser(self.headers, self)
        elif self._unparsed.left:
            # Nobody may speak before the answer (RFC 6455, section 4.1).
            self._refuse(BadRequest(400, "A handshake is to be answered before more is sent."))
        else:
            self.handle_websocket_upgrade()

    def handle_websocket_upgrade(self) -> None:
        """Give the connection over; a plain request is not read a second time."""
        made: Any = self.ws_protocol_class
        scope = cast(dict[str, Any], self.scope)
        whole = made is HandshakeProtocol or (
            # `websockets` has nothing to refuse in the form of a small one.
            made is ConsumerProtocol and self._head_bytes <= LINE_BYTES
        )
        self.flow.read_on()
        if whole and self.url.isascii() and len(self.headers) <= HEADERS:
            self.connections.discard(self)
            protocol = made(self.config, self.server_state, self.app_state, self.loop)
            protocol.connection_made(self.transport)
            self.transport.set_protocol(protocol)
            protocol.upgrade(scope, self.url)
        else:
            super().handle_websocket_upgrade()
        # They know of this: the collector would have to find all that a handshake is read with.
        self.parser = None  # type: ignore[assignment]  # as uvicorn has it of one that is lost
        self.scope = None  # type: ignore[assignment]

    # What the parser finds.

    def on_message_begin(self) -> None:
        """Begin a request's scope."""
        super().on_message_begin()
        self._head_bytes = self._idle_bytes = self._dropped_bytes = 0
        self._whole = self._body_begun = self._handshake = False
        # An ASGI server has no other way to let an application say such a thing.
        cast(dict[str, Any], self.scope)["extensions"] = {ENDLESS: self._never_ends}

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        if self.parser.get_method() == b"PRI":
            # httptools would wait for the rest of HTTP/2's preface (RFC 9113, section 3.4).
            raise BadRequest(400, "This server speaks HTTP/1.1 and HTTP/1.0.")
        super().on_url(url)
        if len(self.url) > URL_BYTES:
            raise BadRequest(414, "The request's address is too long.")
        self._idle_bytes = 0
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or drop a trailer: nobody asked for one (RFC 9110, section 6.5.1)."""
        self._idle_bytes = 0
        self._head_bytes += len(name) + len(value) + HEADER_BYTES
        if self._head_bytes > HEAD_BYTES:
            raise BadRequest(431, "The request's headers are too large.")
        if self._body_begun:
            self._stale = True
            return
        # As uvicorn does, whose own would be one more call for each.
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Begin to answer; a client of a server that leaves is told to connect anew."""
        self._wait_no_more()
        scope = cast(dict[str, Any], self.scope)
        version, method = self.parser.get_http_version(), self.parser.get_method().decode("ascii")
        scope["http_version"], scope["method"] = version, method
        self.url = read_target(method, version, self.url, self.headers)
        if self.parser.should_upgrade() and self.ws_protocol_class is not None:
            self._handshake = is_handshake(method, version, self.headers)
            if self._handshake:
                return
        self._body_left = self._length_of_body()
        parsed = httptools.parse_url(self.url)
        path, root = parsed.path.decode("ascii"), self.root_path
        scope["path"] = root + (unquote(path) if "%" in path else path)
        scope["raw_path"] = root.encode("ascii") + parsed.path
        scope["query_string"] = parsed.query or b""
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=cast(asyncio.Transport, self),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue and version != "1.0",
            keep_alive=version != "1.0" and self.parser.should_keep_alive() and not leaving.begun(),
            on_response=self.on_response_complete,
        )
        self._body_begun = True
        self._start_asgi_task(self.cycle, self.app)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._idle_bytes = 0
        if self._body_left is not None:
            self._body_left -= len(body)
        if self._pace is not None:
            self._pace.take(len(body), self.loop.time())
        if not self.cycle.response_complete:
            self.cycle.body += body
            if len(self.cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            self.cycle.message_event.set()
            return
        self._dropped_bytes += len(body)
        if self._dropped_bytes > DROPPED_BYTES:
            self.close()

    def on_message_complete(self) -> None:
        """Take the end of a request, unless the parser has only stopped at an upgrade."""
        if not self.parser.should_upgrade():
            self.ends_message()

    def ends_message(self) -> None:
        """Take the end of a request."""
        self._idle_bytes = 0
        self._whole = True
        self._wait_no_more()
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()
        elif not self.is_closing():
            self._wait_for_request(self.timeout_keep_alive)

    def _length_of_body(self) -> int | None:
        for name, value in self.headers:
            if name == b"transfer-encoding":
                return None
            if name == b"content-length":
                return int(value)
        return 0

    # What is answered.

    def on_response_complete(self) -> None:
        """Take the next request."""
        self.server_state.total_requests += 1
        if self.is_closing() or self._endless:
            return
        if self.expect_100_continue and not self._whole:
            # A client that was not told to go on may leave the body out, or send it all the same.
            self.close()
            return
        self.flow.resume_reading()
        if self._whole:
            self._wait_for_request(0.0 if self._unparsed.left else self.timeout_keep_alive)
        self._go_on_later()

    def shutdown(self) -> None:
        """Close when the answer that is being given has ended."""
        if self._lingering is None and self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            end_soon(self.transport)

    def _refuse(self, refusal: BadRequest) -> None:
        """Say why a request is not served, and close; an answer that has begun is cut short."""
        logger.info("refused a request: %s", refusal)
        cycle = self.cycle if self._body_begun else None
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                end_soon(self.transport)
                return
        if cycle is None or not cycle.response_complete:
            is_head = self.scope is not None and self.scope.get("method") == "HEAD"
            self.write(refusal.answer(self.server_state.default_headers, is_head))
        self.close()

    def _never_ends(self) -> None:
        """Take the answer that is being given for the last one of this connection."""
        self._endless = True
        self._wait_no_more()
        self._idle_bytes = 0
        self._unparsed.clear()
        self.cycle.keep_alive = False
        # Reading goes on, or the reader's leaving would not be noticed.
        self.flow.read_on()
        give_up_after(self.transport, SILENT_SECONDS)

    def _awaits_body(self) -> bool:
        return self._body_begun and not self._whole
