"""The WebSocket transport: a Channels consumer that joins a reader to the hub."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.typing import WebSocketConnectEvent, WebSocketDisconnectEvent, WebSocketReceiveEvent
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from stoppress.live.asgi_types import Message, Send
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.protocol.subprotocol import choose
from stoppress.live.protocol.wrapping import text_of
from stoppress.live.readers.visit import Visit

from .asgi_sink import AsgiSink

Receive = Callable[[], Awaitable[Message]]


class WebSocketFraming:
    """Wraps frames as text messages, and the end as a close with its code."""

    def frame(self, data: bytes) -> Message:
        """Return the message that carries a frame."""
        return {"type": "websocket.send", "text": text_of(data)}

    def end(self, refusal: Refusal) -> Message:
        """Return the close."""
        return {"type": "websocket.close", "code": refusal.code, "reason": refusal.reason}


class LiveConsumer(AsyncConsumer):
    """One reader's WebSocket. It uses no channel layer: the hub writes to it directly."""

    visit: Visit
    _server_says: Receive
    _task: asyncio.Task[Any] | None
    _ended = _waiting = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one WebSocket, and leave the hub however it ends."""
        self.scope, self.base_send = scope, send
        self.visit = Visit(scope, "ws")
        self._server_says = receive
        self._task = asyncio.current_task()
        try:
            # Channels would handle each message in a task of its own, beside those of a layer.
            while True:
                await self.dispatch(await self._receive())
        except StopConsumer:
            pass
        except asyncio.CancelledError:
            self.visit.cut_off()
            raise
        finally:
            self.visit.end()

    async def dispatch(self, message: Message) -> None:
        """Call the message's handler, without Channels' detour through the database thread."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, message: WebSocketConnectEvent) -> None:
        """Accept, so that a browser's script can see a refusal's code; then join or refuse."""
        chosen, refusal = choose(list(self.scope["subprotocols"]))
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        sink = AsgiSink(
            cast(Send, self.base_send),
            WebSocketFraming(),
            self.visit.filled,
            self.visit.drained,
            self._end,
        )
        try:
            if refusal is not None:
                raise refusal
            await self.visit.join(await self.visit.enter(), sink)
        except Refusal as found:
            self.visit.refuse(found)
            if self.visit.connection is None:
                sink.close(found)

    async def websocket_receive(self, message: WebSocketReceiveEvent) -> None:
        """Handle a message of the reader."""
        self.visit.message_received(message.get("text"))

    async def websocket_disconnect(self, message: WebSocketDisconnectEvent) -> None:
        """Leave the hub."""
        self.visit.disconnected(message.get("code") or 0)
        raise StopConsumer

    def _end(self) -> None:
        """Stop receiving: the connection ends when `__call__` returns."""
        self.visit.end()
        self._ended = True
        if self._waiting and self._task is not None:
            self._waiting = False
            self._task.cancel()

    async def _receive(self) -> Any:
        self._waiting = not self._ended
        try:
            if self._waiting:
                return await self._server_says()
        except asyncio.CancelledError:
            # Cancelled by `_end`, unless something else cancelled the task too.
            if not self._ended or self._task is None or self._task.uncancel():
                raise
        finally:
            self._waiting = False
        return {"type": "websocket.disconnect", "code": 1006}
