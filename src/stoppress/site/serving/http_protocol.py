"""uvicorn's HTTP protocol with bounds on each request's size and time; one request at a time."""

import asyncio
import logging
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.protocols.utils import is_ssl

from stoppress.live.asgi_types import ENDLESS
from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.fast_path.tcp import SILENT_SECONDS, end_soon, give_up_after

from . import leaving
from .addresses import addresses_of
from .parsing_protocol import HEAD_BYTES, ParsingProtocol
from .reading_flow import ReadingFlow
from .request_head import BadRequest, is_handshake, length_of_body, read_target
from .unparsed import Unparsed

logger = logging.getLogger("stoppress.site")

# The longest request target, in bytes.
URL_BYTES = 16 * 1024
# Bytes that a header takes besides its name and value.
HEADER_BYTES = len(": \r\n")
# The most headers of a WebSocket handshake; with more, `websockets` refuses it with its own error.
HEADERS = 128
# The longest line of a handshake, in bytes; `websockets` refuses a longer one.
LINE_BYTES = 8 * 1024
# Seconds for the rest of a body once the server shuts down, so that the response is sent in time.
LAST_BODY_SECONDS = leaving.LEAVE_SECONDS - 2.0
# The most bytes of a body that are read and dropped after its request was answered; if more come,
# the connection is closed.
DROPPED_BYTES = 64 * 1024


class HttpProtocol(ParsingProtocol):
    """Bounds each request's size and time, and starts the next one after the response.

    While the server shuts down, no connection is kept alive. An application can declare that its
    response never ends, by calling `scope["extensions"]["stoppress.endless"]`.
    """

    _endless = False
    _head_bytes = 0
    _dropped_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, for a bounded time."""
        self.connections.add(self)
        self.transport = transport
        self.write = transport.write
        self.flow = ReadingFlow(transport)
        self._unparsed = Unparsed()
        self.server, self.client = addresses_of(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        self._shared_timer.restart(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the connection, and tell a running response that the client has gone."""
        self._wait_no_more()
        self._unparsed.clear()
        if self._lingering is not None:
            self._lingering.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, which may be a part of a request or several requests."""
        if self._lingering is not None:
            self._lingering.hear()
        elif self._endless:
            self._idle_bytes += len(data)
            if self._idle_bytes > HEAD_BYTES:
                end_soon(self.transport)
        else:
            self._unparsed.add(data)
            self.go_on()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection to the WebSocket protocol; a simple request is not parsed again."""
        made: Any = self.ws_protocol_class
        scope: Any = self.scope
        whole = made is HandshakeProtocol or (
            # A request this small passes all size checks of `websockets`.
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
        # These objects refer to this protocol: without this, each handshake would leave a cycle.
        self.parser = None  # type: ignore[assignment]  # as uvicorn does for a lost one
        self.scope = None  # type: ignore[assignment]

    # The parser's callbacks.

    def on_message_begin(self) -> None:
        """Start a request: create its scope."""
        super().on_message_begin()
        self._head_bytes = self._idle_bytes = self._dropped_bytes = 0
        self._whole = self._body_begun = self._handshake = False
        # ASGI offers no other way for an application to declare this.
        scope: Any = self.scope
        scope["extensions"] = {ENDLESS: self._never_ends}

    def on_url(self, url: bytes) -> None:
        """Take a part of the request target."""
        method = self.parser.get_method()
        if method == b"PRI":
            # httptools would wait for the rest of HTTP/2's preface (RFC 9113, section 3.4).
            raise BadRequest(400, "This server speaks HTTP/1.1 and HTTP/1.0.")
        super().on_url(url)
        scope: Any = self.scope
        scope["method"] = method.decode("ascii")
        if len(self.url) > URL_BYTES:
            raise BadRequest(414, "The request's address is too long.")
        self._idle_bytes = 0
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; drop a trailer, which nobody asked for (RFC 9110, section 6.5.1)."""
        self._idle_bytes = 0
        self._head_bytes += len(name) + len(value) + HEADER_BYTES
        if self._head_bytes > HEAD_BYTES:
            raise BadRequest(431, "The request's headers are too large.")
        if self._body_begun:
            self._stale = True
            return
        # As uvicorn's `on_header` does, without one more call for each header.
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Start the application; while the server shuts down, do not keep the connection alive."""
        self._rests_until = None
        self._wait_no_more()
        scope: Any = self.scope
        scope["http_version"] = version = self.parser.get_http_version()
        method = scope["method"]
        self.url = read_target(method, version, self.url, self.headers)
        if self.parser.should_upgrade() and self.ws_protocol_class is not None:
            self._handshake = is_handshake(method, version, self.headers)
            if self._handshake:
                return
        self._body_left = length_of_body(self.headers)
        parsed = httptools.parse_url(self.url)
        path, root = parsed.path.decode("ascii"), self.root_path
        scope["path"] = root + (unquote(path) if "%" in path else path)
        scope["raw_path"] = root.encode("ascii") + parsed.path
        scope["query_string"] = parsed.query or b""
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self,  # type: ignore[arg-type]  # it has the methods that are used
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
        """End the request, unless the parser has only stopped at an upgrade."""
        if not self.parser.should_upgrade():
            self.end_message()

    def end_message(self) -> None:
        """End the request: its whole body has been read."""
        self._idle_bytes = 0
        self._whole = True
        if self._pace is not None:
            self._wait_no_more()
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()
        elif not self.is_closing():
            self._wait_for_next()

    # Responses.

    def on_response_complete(self) -> None:
        """Continue with the next request."""
        self.server_state.total_requests += 1
        if self.is_closing() or self._endless:
            return
        if self.expect_100_continue and not self._whole:
            # Without "100 Continue" a client may omit the body or send it: the next bytes could
            # be either the body or a new request.
            self.close()
            return
        self.flow.resume_reading()
        if self._whole:
            self._wait_for_next()
        self._go_on_later()

    def shutdown(self) -> None:
        """Close the connection once the running response has ended."""
        if self._lingering is None and self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            if self._awaits_body():
                self._stop_timer()
                self._timer = self.loop.call_later(LAST_BODY_SECONDS, self._is_cut_short)
        else:
            end_soon(self.transport)

    def _is_cut_short(self) -> None:
        self._refuse(BadRequest(503, "The server is shutting down: send the request again."))

    def _refuse(self, refusal: BadRequest) -> None:
        """Answer with the reason and close; if a response has already started, cut it short."""
        logger.info("refused a request: %s", refusal)
        cycle = self.cycle if self._awaits_body() else None
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
        """Note that the running response never ends: it is the last one of the connection."""
        self._endless = True
        self._wait_no_more()
        self._idle_bytes = 0
        self._unparsed.clear()
        self.cycle.keep_alive = False
        # Keep reading, to notice when the reader disconnects.
        self.flow.read_on()
        give_up_after(self.transport, SILENT_SECONDS)
