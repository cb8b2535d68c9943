"""A proxy in front of a real server, which treats each address as badly as a test wants."""

import asyncio

from tests.services.proxy import Proxy

HEAD = 65_536


class HostileProxy(Proxy):
    """Passes connections on to a port of loopback.

    Attributes:
        ways: of an address, what becomes of it: it is `cut` at once, `swallowed` (never passed
            on, never answered), or `buffered` (passed on, and the answer kept back for ever).
    """

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.ways: dict[str, str] = {}

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        address = head.split(b" ", 2)[1].partition(b"?")[0].decode()
        way = self.ways.get(address, "open")
        if way == "cut":
            return
        if way == "swallowed":
            await reader.read()
            return
        if b"upgrade: websocket" not in head.lower():
            # One request to a connection, so that each is treated by its own address.
            head = head.replace(b"Connection: keep-alive", b"Connection: close")
        upstream, onward = await asyncio.open_connection("127.0.0.1", self.behind)
        try:
            onward.write(head)
            there = asyncio.ensure_future(_pass(reader, onward))
            await _pass(upstream, None if way == "buffered" else writer)
            there.cancel()
        finally:
            onward.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None) -> None:
    while data := await reader.read(HEAD):
        if writer is not None:
            writer.write(data)
            await writer.drain()
    if writer is not None:
        writer.write_eof()
