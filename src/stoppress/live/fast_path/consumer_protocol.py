"""uvicorn's WebSocket protocol, extended to end connections that show no sign of life."""

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
from .message_decoder import NOT_UTF8, NOT_UTF8_REASON
from .parser import Parser
from .reader_protocol import FLOOD, NO_SIGN_OF_LIFE, PARSED_AT_ONCE, TOO_MANY

logger = logging.getLogger("stoppress.live")


class ConsumerProtocol(WebSocketsSansIOProtocol):
    """Ends connections in bounded time.

    uvicorn's own `close()` waits for a reader that takes nothing.
    """

    transport: Gathering
    _last_resort: asyncio.TimerHandle | None = None
    _spent_until = 0.0
    _heard_at = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.ping_interval and self.ping_timeout:
            # A reader that answers each heartbeat is never pinged: pings are as frequent, and a
            # little later.
            spare = min(ROUND_SECONDS, self.ping_interval / 4, self.ping_timeout / 4)
            self.ping_interval += spare
            self.ping_timeout -= spare

    # asyncio's type covers every kind of transport; uvicorn passes one that writes.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take over the connection from the HTTP protocol."""
        super().connection_made(Gathering(transport))
        self._heard_at = self.loop.time()
        # Later than the hub's own limit: the hub tells the reader that it is too slow.
        tcp.give_up_after(transport, conf.get("LAG_SECONDS") + tcp.SILENT_SECONDS)

    def upgrade(self, scope: dict[str, Any], url: bytes) -> None:
        """Take a request that our HTTP protocol has read: GET, HTTP/1.1, in ASCII.

        Args:
            scope: the ASGI scope of the request.
            url: path and query.
        """
        # The parser starts at the frames, but the handshake still has to be answered.
        self.conn = Parser(self.config.ws_max_size, OPEN, self.conn.available_extensions)
        self.conn.state = CONNECTING
        headers = [(name.decode(), value.decode("latin1")) for name, value in scope["headers"]]
        self.handle_connect(Request(url.decode(), Headers(headers)))
        self._end_if_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify the application."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Handle received data; first the request, unless `upgrade` was given it."""
        if not isinstance(self.conn, Parser):
            self.conn = Parser(self.config.ws_max_size, CONNECTING, self.conn.available_extensions)
        self._heard_at = self.loop.time()
        step = PARSED_AT_ONCE if self.handshake_initiated else len(data)
        for start in range(0, len(data), step):
            super().data_received(data[start : start + step])
            if self.transport.is_closing():
                break
        if not self.handshake_initiated:
            # The request's head arrives as a whole, so it was refused. uvicorn does not send the
            # refusal.
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        self._end_if_closing()

    def handle_events(self) -> None:
        """Handle the received frames, unless they are too many."""
        frames = sum(isinstance(event, Frame) for event in self.conn.events)
        spent_until = spend(self._spent_until, frames, self.loop.time())
        if spent_until is not None:
            self._spent_until = spent_until
            super().handle_events()
            return
        logger.info("cut %s: %s", self.client[0] if self.client else "unix", TOO_MANY)
        self.conn.data_to_send()  # drops the pongs
        self.conn.events_received()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": FLOOD, "reason": TOO_MANY})
        self._fail(FLOOD, TOO_MANY)
        self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Pass a message to the application; pause reading only while it takes none."""
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
        """Ping, unless the reader has sent something recently."""
        if self._silent() < (self.ping_interval or 0.0):
            self.schedule_ping()
        else:
            super().send_keepalive_ping()

    def schedule_ping(self) -> None:
        """Schedule a ping for when the reader has been silent for the interval."""
        wait = (self.ping_interval or 0.0) - self._silent()
        self.ping_timer = self.loop.call_later(max(0.0, wait), self.send_keepalive_ping)

    def keepalive_timeout(self) -> None:
        """Close with 4003 if the reader has not answered a ping in time."""
        self.pong_timer = None
        self.pending_ping_payload = None
        closing = self.close_sent or self.transport.is_closing()
        if not self.writable.is_set() and not closing and tcp.answers(self.transport):
            # The ping waits behind data that the reader does not take; the hub ends such a reader.
            self.schedule_ping()
            return
        if not closing:
            self._fail(NO_SIGN_OF_LIFE, "no sign of life")
            # With this timer set, uvicorn closes at the reader's answer.
            self.close_timer = self.loop.call_later(tcp.CLOSE_SECONDS, self.transport.close)
        self._end_soon()

    async def send(self, message: Any) -> None:
        """Send a message; after a close the connection ends soon, whatever the reader does."""
        text = message.get("text")
        if text is not None and message.get("bytes") is None and self._takes_frames():
            # Most messages are of this kind, and uvicorn would do no more with them.
            self.transport.write(websocket_text(text.encode()))
            return
        self.transport.gather()  # the first frames are sent with the handshake's answer
        await super().send(message)
        if self.close_sent:
            # uvicorn does not count a refusal with another status as an answer: it would log an
            # error for each.
            self.handshake_complete = True
            self._end_soon()

    def shutdown(self) -> None:
        """Close, because the server stops."""
        # uvicorn would also close an already closed connection, and fail.
        if not self.transport.is_closing():
            super().shutdown()
        self._end_if_closing()

    async def run_asgi(self) -> None:
        """Run the application; the connection ends with it."""
        await super().run_asgi()
        self._end_soon()

    def handle_parser_exception(self) -> None:
        """Close because of invalid data from the reader."""
        if not self.close_sent and self.conn.close_sent is not None:
            metrics.CLOSES.labels(self.conn.close_sent.code).inc()
        super().handle_parser_exception()

    def _silent(self) -> float:
        """Return the seconds since the reader last sent anything."""
        return self.loop.time() - self._heard_at

    def _takes_frames(self) -> bool:
        """Return whether a frame can be written now, without further processing."""
        open_ = self.conn.state is OPEN and not self.close_sent and not self.disconnected
        return open_ and self.writable.is_set() and not self.conn.extensions

    def _fail(self, code: int, reason: str) -> None:
        metrics.CLOSES.labels(code).inc()
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True

    def _end_if_closing(self) -> None:
        if self.transport.is_closing():
            self._end_soon()

    def _end_soon(self) -> None:
        """End the connection soon, whether or not the reader takes the remaining data."""
        if self._last_resort is None and not self.disconnected:
            self._last_resort = tcp.abort_soon(self.transport)
