"""A proxy on loopback in front of a port; what it does to the bytes is its subclass's."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

PATIENCE = 10.0


class Proxy:
    """Accepts connections, and ends them when it is stopped.

    Attributes:
        behind: the port of loopback to which connections are passed on.
        url: where it listens, once it has started.
    """

    def __init__(self, port: int) -> None:
        self.behind = port
        self.url = ""
        self._open: set[asyncio.Task[None]] = set()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until one of its sides ends."""
        raise NotImplementedError

    async def start(self) -> None:
        """Listen on a free port."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Cut every connection that is open; called from another thread."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._open])

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
                await self.pass_on(reader, writer)
        except asyncio.CancelledError:
            pass  # the end of a test, or a cut
        finally:
            self._open.discard(task)
            writer.transport.abort()


Kind = TypeVar("Kind", bound=Proxy)


@contextmanager
def running(proxy: Kind) -> Iterator[Kind]:
    """Run a proxy in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(proxy.start(), loop).result(PATIENCE)
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
