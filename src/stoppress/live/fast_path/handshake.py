"""The handshake: uvicorn's `ws=` protocol, which passes a connection to the hub or to Channels."""

import asyncio
import logging
from typing import Any
from urllib.parse import unquote

from uvicorn import Config
from uvicorn.protocols.utils import (
    ClientDisconnected,
    get_local_addr,
    get_remote_addr,
    is_ssl,
)
from uvicorn.server import ServerState

from stoppress.live import conf
from stoppress.live.delivery.sink import DIRECT, Reader, Sink

from . import opening, tcp
from .consumer_protocol import ConsumerProtocol
from .reader_protocol import LOST, ReaderProtocol
from .serving import serving_of

logger = logging.getLogger("stoppress.live")


class HandshakeProtocol(asyncio.Protocol):
    """Answers the handshake once the application has decided who serves the connection.

    An application that has a reader for it calls `scope["extensions"]["stoppress.direct"]` and
    returns. An application that receives or sends gets uvicorn's own protocol, as on any other
    server.
    """

    handshake_complete = False
    _key = ""
    _application: asyncio.Task[None] | None = None
    _consumer: ConsumerProtocol | None = None
    _lost = _taken = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._state = server_state
        self._connections: set[Any] = server_state.connections
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._scope: dict[str, Any] = {}

    # asyncio's type covers every kind of transport; uvicorn passes one that writes.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take over the connection from the HTTP protocol."""
        self._transport = transport
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Handle the request; uvicorn's own HTTP protocols pass it on as a whole."""
        if self._application is not None:
            # A client may send nothing before the answer (RFC 6455, section 4.1).
            self._transport.abort()
            return
        # Later than the hub's own limit: the hub tells the reader that it is too slow.
        tcp.give_up_after(self._transport, conf.get("LAG_SECONDS") + tcp.SILENT_SECONDS)
        try:
            request = opening.read(data)
            key = opening.key_of(request)
        except opening.Refused as refused:
            self._end(refused.answer)
            return
        headers = [
            (name.lower().encode("ascii"), value.encode("latin-1", "surrogateescape"))
            for name, value in request.headers.raw_items()
        ]
        scope = {
            "asgi": {"version": self._config.asgi_version},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "root_path": self._config.root_path,
            "headers": headers,
            "state": self._app_state.copy(),
        }
        self._open(request.path.encode("ascii"), scope, key)

    def upgrade(self, scope: dict[str, Any], url: bytes) -> None:
        """Take a request that our HTTP protocol has read: GET, HTTP/1.1, in ASCII.

        Args:
            scope: the ASGI scope of the request; it is changed into the WebSocket's.
            url: path and query.
        """
        try:
            key = opening.key_among(scope["headers"])
        except opening.Refused as refused:
            self._end(refused.answer)
            return
        del scope["method"]
        scope["scheme"] = "wss" if scope["scheme"] == "https" else "ws"
        self._open(url, scope, key)

    def connection_lost(self, exc: Exception | None) -> None:
        """Record that the client has disconnected."""
        self._lost = True
        self._connections.discard(self)

    def shutdown(self) -> None:
        """Close, because the server stops."""
        self._refuse()

    def take(self, reader: Reader, subprotocol: str | None = None) -> Sink:
        """Accept the handshake, and return the sink of the connection.

        Raises:
            RuntimeError: the connection has a reader already, or the application has begun to
                receive or send.
        """
        if self._taken or self._consumer is not None:
            raise RuntimeError(
                "This connection is taken already, by a reader or by the application."
            )
        self._taken = True
        serving = serving_of(self._config, self._state)
        head = opening.accepted(self._key, subprotocol)
        direct = ReaderProtocol(self._transport, reader, serving, head)
        self.handshake_complete = True
        if self._lost:
            self._loop.call_soon(direct.connection_lost, None)
        else:
            self._connections.discard(self)
            self._connections.add(direct)
            self._transport.set_protocol(direct)
        return direct

    def _open(self, url: bytes, scope: dict[str, Any], key: str) -> None:
        """Run the application for this connection (ASGI's WebSocket specification, 2.4)."""
        raw_path, _, query = url.partition(b"?")
        root = scope["root_path"]
        scope["asgi"]["spec_version"] = "2.4"
        scope |= {
            "type": "websocket",
            "path": root + unquote(raw_path.decode("ascii")),
            "raw_path": root.encode("ascii") + raw_path,
            "query_string": query,
            "subprotocols": opening.subprotocols(scope["headers"]),
            "extensions": {"websocket.http.response": {}, DIRECT: self.take},
        }
        self._scope = scope
        self._key = key
        application = self._config.loaded_app(scope, self._receive, self._send)
        self._application = self._loop.create_task(application)
        self._state.tasks.add(self._application)
        self._application.add_done_callback(self._ended)

    def _ended(self, application: asyncio.Task[None]) -> None:
        """Close a connection that the application did not take."""
        self._state.tasks.discard(application)
        self._scope = {}
        error = None if application.cancelled() else application.exception()
        if self._consumer is not None:
            return  # the consumer's protocol waits for the application too, and reports its errors
        if error is not None and not isinstance(error, ClientDisconnected):
            logger.error("a handshake failed", exc_info=error)
        self._refuse()

    def _refuse(self) -> None:
        if not self.handshake_complete and not self._lost:
            self._end(opening.failed())

    def _end(self, answer: bytes) -> None:
        self._transport.write(answer)
        tcp.end_soon(self._transport)
        self.handshake_complete = True

    async def _receive(self) -> Any:
        consumer = self._consumers_protocol()
        if consumer is None:
            return {"type": "websocket.disconnect", "code": LOST}
        return await consumer.receive()

    async def _send(self, message: Any) -> None:
        consumer = self._consumers_protocol()
        if consumer is None:
            raise ClientDisconnected
        await consumer.send(message)

    def _consumers_protocol(self) -> ConsumerProtocol | None:
        """Return uvicorn's protocol, which serves an application that takes no readers.

        None where the connection is lost, or uvicorn refused the request.
        """
        if self._consumer is None and not self._lost and not self.handshake_complete:
            consumer = ConsumerProtocol(self._config, self._state, self._app_state)
            consumer.app = self._wait_for_application
            self.handshake_complete = True
            self._connections.discard(self)
            consumer.connection_made(self._transport)
            self._transport.set_protocol(consumer)
            consumer.data_received(self._request())
            if consumer.handshake_initiated:
                self._consumer = consumer
        return self._consumer

    def _request(self) -> bytes:
        """Return the request as bytes, for uvicorn's protocol to read."""
        scope = self._scope
        path = scope["raw_path"].removeprefix(scope["root_path"].encode("ascii"))
        lines = [
            b"GET %b?%b HTTP/1.1" % (path, scope["query_string"]),
            *(b"%b: %b" % header for header in scope["headers"]),
        ]
        return b"\r\n".join([*lines, b"", b""])

    async def _wait_for_application(self, scope: Any, receive: Any, send: Any) -> None:
        """Stand in for the running application: return or raise when it does."""
        if self._application is not None:
            await self._application
