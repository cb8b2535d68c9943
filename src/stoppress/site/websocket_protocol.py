"""uvicorn's WebSocket protocol, which here lets go of a reader that gives no sign of life."""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from stoppress.live import conf

from .line import CLOSE_SECONDS, SILENT_SECONDS, give_up_after

logger = logging.getLogger("stoppress.site")

NO_SIGN_OF_LIFE = 4003
# RFC 6455, section 7.4.1: "violates its policy".
FLOOD = 1008
# Frames that the application never sees, and that so hold back no reading. A reader that uses
# the protocol sends one or two for each heartbeat.
UNSEEN = (Opcode.PING, Opcode.PONG, Opcode.CONT)
UNSEEN_AT_ONCE = 20.0
UNSEEN_PER_SECOND = 10.0


class ReaderProtocol(WebSocketsSansIOProtocol):
    """Ends a connection for good: uvicorn's own `close()` waits for a reader that takes nothing."""

    _last_resort: asyncio.TimerHandle | None = None
    _allowed = UNSEEN_AT_ONCE
    _counted_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from HTTP."""
        super().connection_made(transport)
        # Later than the hub, which says to a reader who takes nothing that it is too slow.
        give_up_after(transport, conf.get("LAG_SECONDS") + SILENT_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a reader sends."""
        super().data_received(data)
        if not self.handshake_initiated:
            # The head comes as a whole, so it was refused; uvicorn does not send what it says.
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()
        self._let_go_if_closing()

    def handle_events(self) -> None:
        """Handle the frames that came, but not a flood of them."""
        events = self.conn.events
        if self._may_send(sum(isinstance(e, Frame) and e.opcode in UNSEEN for e in events)):
            super().handle_events()
            return
        logger.info("cut %s: too many control frames", self.client[0] if self.client else "unix")
        self.conn.data_to_send()  # an answer to each ping
        self.conn.events_received()
        reason = "too many control frames"
        self.queue.put_nowait({"type": "websocket.disconnect", "code": FLOOD, "reason": reason})
        self._fail(FLOOD, reason)
        self.transport.close()

    def keepalive_timeout(self) -> None:
        """Close with 4003 a reader that has not answered a ping in time."""
        self.pong_timer = None
        self.pending_ping_payload = None
        if self.transport.is_closing():
            return
        if not self.close_sent:
            self._fail(NO_SIGN_OF_LIFE, "no sign of life")
            # uvicorn closes at the reader's answer where this is set.
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.close)
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

    def _may_send(self, frames: int) -> bool:
        now = self.loop.time()
        earned = (now - self._counted_at) * UNSEEN_PER_SECOND
        self._counted_at = now
        self._allowed = min(UNSEEN_AT_ONCE, self._allowed + earned) - frames
        return self._allowed >= 0

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
            # After the abort the kernel still has what it was given.
            give_up_after(self.transport, SILENT_SECONDS)
            self._last_resort = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
