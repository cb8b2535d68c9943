"""A proxy in front of a real server, which treats each address as badly as a test wants."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

PATIENCE = 10.0
HEAD = 65_536


class HostileProxy:
    """Passes connections on to a port of loopback.

    Attributes:
        ways: of an address, what becomes of it: it is `cut` at once, `swallowed` (never passed
            on, never answered), or `buffered` (passed on, and the answer kept back for ever).
    """

    def __init__(self, port: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.ways: dict[str, str] = {}
        self.url = ""
        self._behind = port
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a port of loopback."""
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", 0, limit=HEAD)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Cut every connection that is open."""
        self.loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._open])

    async def stop(self) -> None:
        """Listen no more, and leave no connection."""
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the end of a test, or a cut
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
        upstream, onward = await asyncio.open_connection("127.0.0.1", self._behind)
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


@contextmanager
def hostile_proxy(port: int) -> Iterator[HostileProxy]:
    """Run a proxy in a thread of its own."""
    proxy = HostileProxy(port)
    thread = threading.Thread(target=proxy.loop.run_forever, daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, proxy.loop).result(PATIENCE)

    run(proxy.start())
    try:
        yield proxy
    finally:
        run(proxy.stop())
        proxy.loop.call_soon_threadsafe(proxy.loop.stop)
        thread.join(PATIENCE)
        proxy.loop.close()
