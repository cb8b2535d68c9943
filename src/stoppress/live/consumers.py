"""The WebSocket: a Channels consumer that joins a reader to the hub."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.typing import WebSocketConnectEvent, WebSocketDisconnectEvent, WebSocketReceiveEvent
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from .applied import read_applied
from .asgi_sink import AsgiSink, Message
from .frames import PROTOCOL, text_of
from .refusals import Refusal, malformed, other_protocol, too_big
from .visit import Visit

Receive = Callable[[], Awaitable[Message]]

MESSAGE_BYTES = 4096


class WebSocketFraming:
    """Wraps frames as text messages, and the end as a close with its code."""

    def frame(self, data: bytes) -> Message:
        """Return the message that carries a frame."""
        return {"type": "websocket.send", "text": text_of(data)}

    def end(self, refusal: Refusal) -> Message:
        """Return the close."""
        return {"type": "websocket.close", "code": refusal.code, "reason": refusal.reason}


class LiveConsumer(AsyncConsumer):
    """One reader's WebSocket. It joins no channel layer: the hub writes to it directly."""

    channel_layer_alias = "(none)"
    visit: Visit
    _server_says: Receive
    _ended = False
    _waiting: asyncio.Task[Any] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one WebSocket; leave the hub however it ends, by the server's hand too."""
        self.visit = Visit(scope, "ws")
        self._server_says = receive
        try:
            await super().__call__(scope, self._receive, send)
        finally:
            self.visit.leave()

    async def dispatch(self, message: Message) -> None:
        """Call the message's handler, without the visit to the database thread before it."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: WebSocketConnectEvent) -> None:
        """Accept, so that a browser's script can see a refusal's code; then join or refuse."""
        offered = self.scope["subprotocols"]
        chosen = PROTOCOL if PROTOCOL in offered else None
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        try:
            if offered and chosen is None:
                raise other_protocol(PROTOCOL)
            ask = await self.visit.enter()
            sink = AsgiSink(self.send, WebSocketFraming(), self.visit.pump, self._end)
            await self.visit.join(ask, sink)
        except Refusal as refusal:
            await self._refuse(refusal)

    async def websocket_receive(self, message: WebSocketReceiveEvent) -> None:
        """Take what the reader says has been applied; nothing else is asked of a reader."""
        text = message.get("text")
        if text is None or len(text.encode()) > MESSAGE_BYTES:
            await self._refuse(too_big(MESSAGE_BYTES))
            return
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            await self._refuse(malformed("a message is one JSON object"))
            return
        applied = read_applied(told)
        if applied is not None:
            await self.visit.attest(applied)

    async def websocket_disconnect(self, message: WebSocketDisconnectEvent) -> None:
        """Leave the hub; what the server itself refused is told in our words too."""
        if message.get("code") == too_big(MESSAGE_BYTES).code:
            self.visit.note(too_big(MESSAGE_BYTES))
        raise StopConsumer

    def _end(self) -> None:
        """Let the receiving stop, whatever the server says: our return ends the connection."""
        self.visit.leave()
        self._ended = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def _receive(self) -> Any:
        # Channels waits in a task of its own for each message, so only that one is cancelled.
        self._waiting = asyncio.current_task()
        try:
            if not self._ended:
                return await self._server_says()
        except asyncio.CancelledError:
            if not self._ended:
                raise
        finally:
            self._waiting = None
        return {"type": "websocket.disconnect", "code": 1006}

    async def _refuse(self, refusal: Refusal) -> None:
        self.visit.note(refusal)
        if self.visit.connection is not None:
            self.visit.connection.close(refusal)
        else:
            await self.send(WebSocketFraming().end(refusal))
        self.visit.leave()
