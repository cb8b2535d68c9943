"""uvicorn's WebSocket protocol, which here lets go of a reader that gives no sign of life."""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import CONNECTING, OPEN

from stoppress.live import conf, metrics
from stoppress.live.event_loop import ROUND_SECONDS
from stoppress.live.protocol.wrapping import websocket_text

from . import tcp
from .allowance import spend
from .gathering import Gathering
from .hearing import NOT_UTF8, NOT_UTF8_REASON
from .parser import Parser
from .reader_protocol import FLOOD, NO_SIGN_OF_LIFE, PARSED_AT_ONCE, TOO_MANY

logger = logging.getLogger("stoppress.live")


class ConsumerProtocol(WebSocketsSansIOProtocol):
    """Ends a connection for good: uvicorn's own `close()` waits for a reader that takes nothing."""

    transport: Gathering
    _last_resort: asyncio.TimerHandle | None = None
    _spent_until = 0.0
    _heard_at = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.ping_interval and self.ping_timeout:
            # Who answers each heartbeat is never pinged: those come as often, and a little later.
            spare = min(ROUND_SECONDS, self.ping_interval / 4, self.ping_timeout / 4)
            self.ping_interval += spare
            self.ping_timeout -= spare

    # asyncio types it for every kind of transport; uvicorn gives one that writes.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection over from HTTP."""
        super().connection_made(Gathering(transport))
        self._heard_at = self.loop.time()
        # Later than the hub, which says to a reader who takes nothing that it is too slow.
        tcp.give_up_after(transport, conf.get("LAG_SECONDS") + tcp.SILENT_SECONDS)

    def upgrade(self, scope: dict[str, Any], url: bytes) -> None:
        """Take a request that was read by our HTTP protocol: GET, HTTP/1.1, in ASCII.

        Args:
            scope: of the request.
            url: the path, with the query.
        """
        # The parser is to begin with frames; the handshake is still to be answered.
        self.conn = Parser(self.config.ws_max_size, OPEN, self.conn.available_extensions)
        self.conn.state = CONNECTING
        headers = [(name.decode(), value.decode("latin1")) for name, value in scope["headers"]]
        self.handle_connect(Request(url.decode(), Headers(headers)))
        self._let_go_if_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a reader sends; at first the request, where `upgrade` was not given it."""
        if not isinstance(self.conn, Parser):
            self.conn = Parser(self.config.ws_max_size, CONNECTING, self.conn.available_extensions)
        self._heard_at = self.loop.time()
        step = PARSED_AT_ONCE if self.handshake_initiated else len(data)
        for start in range(0, len(data), step):
            super().data_received(data[start : start + step])
            if self.transport.is_closing():
                break
        if not self.handshake_initiated:
            # The head comes as a whole, so it was refused; uvicorn does not send what it says.
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        self._let_go_if_closing()

    def handle_events(self) -> None:
        """Handle the frames that came, but not a flood of them."""
        frames = sum(isinstance(event, Frame) for event in self.conn.events)
        spent_until = spend(self._spent_until, frames, self.loop.time())
        if spent_until is not None:
            self._spent_until = spent_until
            super().handle_events()
            return
        logger.info("cut %s: %s", self.client[0] if self.client else "unix", TOO_MANY)
        self.conn.data_to_send()  # an answer to each ping
        self.conn.events_received()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": FLOOD, "reason": TOO_MANY})
        self._fail(FLOOD, TOO_MANY)
        self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Hand a message on; read no further only where the application does not take it."""
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        else:
            try:
                text = data.decode()
            except UnicodeDecodeError:  # uvicorn would log a traceback
                self.conn.fail(NOT_UTF8, NOT_UTF8_REASON)
                self.handle_parser_exception()
                return
            self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() > 1 and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def send_keepalive_ping(self) -> None:
        """Ping, unless the reader has given a sign of life lately."""
        if self._silent() < (self.ping_interval or 0.0):
            self.schedule_ping()
        else:
            super().send_keepalive_ping()

    def schedule_ping(self) -> None:
        """Have the reader pinged if it is silent from its last sign of life on."""
        wait = (self.ping_interval or 0.0) - self._silent()
        self.ping_timer = self.loop.call_later(max(0.0, wait), self.send_keepalive_ping)

    def keepalive_timeout(self) -> None:
        """Close with 4003 a reader that has not answered a ping in time."""
        self.pong_timer = None
        self.pending_ping_payload = None
        closing = self.close_sent or self.transport.is_closing()
        if not self.writable.is_set() and not closing and tcp.answers(self.transport):
            # The ping stands behind what is not taken; for that the hub drops a reader.
            self.schedule_ping()
            return
        if not closing:
            self._fail(NO_SIGN_OF_LIFE, "no sign of life")
            # uvicorn closes at the reader's answer where this is set.
            self.close_timer = self.loop.call_later(tcp.CLOSE_SECONDS, self.transport.close)
        self._let_go()

    async def send(self, message: Any) -> None:
        """Send a message; after a close the connection ends soon, whatever the reader does."""
        text = message.get("text")
        if text is not None and message.get("bytes") is None and self._takes_frames():
            # Most are such, and uvicorn's own way does no more with them.
            self.transport.write(websocket_text(text.encode()))
            return
        self.transport.gather()  # the first frames go out with the handshake's answer
        await super().send(message)
        if self.close_sent:
            # uvicorn does not know of a refusal with another status that it was one: it would log
            # an error for each.
            self.handshake_complete = True
            self._let_go()

    def shutdown(self) -> None:
        """Close, as the server leaves."""
        # uvicorn would say so too to a reader that has closed already, and fail.
        if not self.transport.is_closing():
            super().shutdown()
        self._let_go_if_closing()

    async def run_asgi(self) -> None:
        """Run the application; its end is the connection's."""
        await super().run_asgi()
        self._let_go()

    def handle_parser_exception(self) -> None:
        """Close for what the reader sent."""
        if not self.close_sent and self.conn.close_sent is not None:
            metrics.CLOSES.labels(self.conn.close_sent.code).inc()
        super().handle_parser_exception()

    def _silent(self) -> float:
        """Return the seconds since the last sign of life."""
        return self.loop.time() - self._heard_at

    def _takes_frames(self) -> bool:
        """Say whether a frame can be sent now, and as it is."""
        open_ = self.conn.state is OPEN and not self.close_sent and not self.disconnected
        return open_ and self.writable.is_set() and not self.conn.extensions

    def _fail(self, code: int, reason: str) -> None:
        metrics.CLOSES.labels(code).inc()
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True

    def _let_go_if_closing(self) -> None:
        if self.transport.is_closing():
            self._let_go()

    def _let_go(self) -> None:
        """End the connection soon, whether or not the reader takes what it still holds."""
        if self._last_resort is None and not self.disconnected:
            self._last_resort = tcp.abort_soon(self.transport)
