"""A server of the site's two protocols around a small application, spoken to byte by byte."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from stoppress.live import conf
from stoppress.live.fast_path.handshake import HandshakeProtocol
from stoppress.live.fast_path.tcp import SILENT_SECONDS, set_patience
from stoppress.site.serving.http_protocol import HttpProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n"
UPGRADE = (
    HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


SMALL = 2**16
# Bytes that the kernel keeps for a reader, about.
UNSENT = 2**18


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)

    def cut(self) -> bool:
        """Return whether the server has closed the connection."""
        return self.reader.at_eof() or self.reader.exception() is not None

    async def more(self) -> bytes:
        """Return what comes next; at the end there is nothing to wait for."""
        data = await self.reader.read(65536)
        assert data, "the server has closed the connection"
        return data

    async def head(self) -> bytes:
        """Return an answer's head."""
        async with asyncio.timeout(30):
            return await self.reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        """Return all until the server closes; a reset is an end too."""
        got = b""
        async with asyncio.timeout(30):
            try:
                while data := await self.reader.read(65536):
                    got += data
            except ConnectionError:
                pass
        return got


class Site:
    """The listening socket, and the connections."""

    def __init__(self, address: tuple[str, int], state: ServerState) -> None:
        self.address = address
        self.state = state
        self._clients: list[Client] = []

    async def connect(self, limit: int = SMALL) -> Client:
        """Open a connection; with a small limit, the kernel takes little for it too."""
        with ExitStack() as failing:
            own = failing.enter_context(socket.socket())
            own.setblocking(False)
            if limit < SMALL:
                # Set later, it would not make what the other end may send any smaller.
                own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
            await asyncio.get_running_loop().sock_connect(own, self.address)
            client = Client(*await asyncio.open_connection(sock=own, limit=limit))
            failing.pop_all()
        self._clients.append(client)
        return client

    async def upgrade(self) -> Client:
        """Open a WebSocket."""
        client = await self.connect()
        client.say(UPGRADE + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 101 ")
        return client

    def close(self) -> None:
        """Leave with every connection."""
        for client in self._clients:
            with suppress(AttributeError):  # asyncio's of one that has ended by itself
                client.writer.transport.abort()


@asynccontextmanager
async def served(application: Any, http: Any = HttpProtocol, **options: Any) -> AsyncIterator[Site]:
    """Serve an application by an HTTP protocol; `options` are uvicorn's."""
    options = {"ws": HandshakeProtocol, "ws_max_size": 4096} | options
    config = uvicorn.Config(application, log_config=None, **options)
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: http(config, state, {}), "127.0.0.1", 0
    )
    for listening in server.sockets:
        # Some kernels would take all that a test sends to a reader who reads nothing.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)
        set_patience(listening, conf.get("LAG_SECONDS") + SILENT_SECONDS)
    async with server:
        site = Site(server.sockets[0].getsockname(), state)
        try:
            yield site
        finally:
            # uvloop's server waits for every connection, also for those of a test that has failed.
            site.close()
            async with asyncio.timeout(30):
                while state.connections:
                    await asyncio.sleep(0.005)  # between two looks
                for task in list(state.tasks):
                    task.cancel()
                await asyncio.gather(*state.tasks, return_exceptions=True)


async def say_yes(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request at once, and read a WebSocket until it ends."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def until(true: Any) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)  # between two looks
