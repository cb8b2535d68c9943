"""uvicorn's WebSocket protocol, which here lets go of a reader that gives no sign of life."""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from stoppress.live import conf

from . import line
from .allowance import spend
from .direct import FLOOD, NO_SIGN_OF_LIFE, PARSED_AT_ONCE, TOO_MANY
from .hearing import NOT_UTF8, NOT_UTF8_REASON
from .parser import Parser

logger = logging.getLogger("stoppress.live")


class ConsumerProtocol(WebSocketsSansIOProtocol):
    """Ends a connection for good: uvicorn's own `close()` waits for a reader that takes nothing."""

    _last_resort: asyncio.TimerHandle | None = None
    _spent_until = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = Parser(self.config.ws_max_size, extensions=self.conn.available_extensions)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from HTTP."""
        super().connection_made(transport)
        # Later than the hub, which says to a reader who takes nothing that it is too slow.
        line.give_up_after(transport, conf.get("LAG_SECONDS") + line.SILENT_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a reader sends."""
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
        """Hand a message on; uvicorn would log a traceback for a text that is not UTF-8."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.fail(NOT_UTF8, NOT_UTF8_REASON)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """Close with 4003 a reader that has not answered a ping in time."""
        self.pong_timer = None
        self.pending_ping_payload = None
        if not self.close_sent and not self.transport.is_closing():
            self._fail(NO_SIGN_OF_LIFE, "no sign of life")
            # uvicorn closes at the reader's answer where this is set.
            self.close_timer = self.loop.call_later(line.CLOSE_SECONDS, self.transport.close)
        self._let_go()

    async def send(self, message: Any) -> None:
        """Send a message; after a close the connection ends soon, whatever the reader does."""
        await super().send(message)
        if self.close_sent:
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

    def _fail(self, code: int, reason: str) -> None:
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True

    def _let_go_if_closing(self) -> None:
        if self.transport.is_closing():
            self._let_go()

    def _let_go(self) -> None:
        """End the connection soon, whether or not the reader takes what it still holds."""
        if self._last_resort is None and not self.disconnected:
            self._last_resort = line.abort_soon(self.transport)
