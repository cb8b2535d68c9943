"""uvicorn's WebSocket protocol, which here lets go of a reader that gives no sign of life."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

NO_SIGN_OF_LIFE = 4003
# Seconds that a reader gets to take the close and to answer it.
CLOSE_SECONDS = 2.0


class ReaderProtocol(WebSocketsSansIOProtocol):
    """Ends a connection for good: uvicorn's own `close()` waits for a reader that takes nothing."""

    def keepalive_timeout(self) -> None:
        """Close with 4003 a reader that has not answered a ping in time."""
        self.pong_timer = None
        self.pending_ping_payload = None
        if self.transport.is_closing():
            return
        if not self.close_sent:
            self.conn.fail(NO_SIGN_OF_LIFE, "no sign of life")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    async def send(self, message: Any) -> None:
        """Send a message; after a close the connection ends soon, whatever the reader does."""
        await super().send(message)
        if message["type"] == "websocket.close" and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)
