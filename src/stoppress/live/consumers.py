"""The WebSocket: a Channels consumer that joins a reader to the hub."""

import json
import logging
from typing import Any

from asgiref.typing import WebSocketConnectEvent, WebSocketDisconnectEvent, WebSocketReceiveEvent
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from .access import check_access
from .asgi_sink import AsgiSink
from .asks import parse_ask
from .connection import Connection
from .errors import UnknownStream
from .frames import PROTOCOL
from .hub import Hub, running_hub
from .refusals import (
    Refusal,
    cannot_be_read,
    malformed,
    no_such_stream,
    other_protocol,
    too_big,
)

logger = logging.getLogger("stoppress.live")

MESSAGE_BYTES = 4096


class LiveConsumer(AsyncConsumer):
    """One reader's WebSocket. It joins no channel layer: the hub writes to it directly."""

    channel_layer_alias = "(none)"
    connection: Connection | None = None
    hub: Hub

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one WebSocket; leave the hub however it ends, by the server's hand too."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
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
            await self._join()
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

    async def websocket_disconnect(self, message: WebSocketDisconnectEvent) -> None:
        """Leave the hub; what the server itself refused is told in our words too."""
        if message.get("code") == too_big(MESSAGE_BYTES).code:
            self._note(too_big(MESSAGE_BYTES))
        raise StopConsumer

    async def _join(self) -> None:
        ask = parse_ask(self.scope["query_string"])
        await check_access(ask.cursors, self.scope.get("user"))
        self.hub = running_hub()
        self.connection = Connection(AsgiSink(self.send, self._drained, self._leave))
        try:
            await self.hub.join(self.connection, ask.cursors, ask.full)
        except UnknownStream as error:
            raise no_such_stream(str(error)) from error
        except Refusal:
            raise
        except Exception as error:
            raise cannot_be_read() from error

    def _drained(self) -> None:
        if self.connection is not None:
            self.connection.pump()

    def _leave(self) -> None:
        if self.connection is not None:
            self.hub.leave(self.connection)

    async def _refuse(self, refusal: Refusal) -> None:
        self._note(refusal)
        if self.connection is not None:
            self.connection.close(refusal.code, refusal.reason)
            self._leave()
        else:
            close = {"type": "websocket.close", "code": refusal.code, "reason": refusal.reason}
            await self.send(close)

    def _note(self, refusal: Refusal) -> None:
        if "stoppress.check" not in self.scope:
            client = (self.scope.get("client") or ["?"])[0]
            logger.info("refused %s: %d %s", client, refusal.code, refusal.reason)
