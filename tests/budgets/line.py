"""A slow line: a proxy that gives all its connections together one rate and one latency."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

SEGMENT = 1_460  # bytes of a full TCP segment


@dataclass(frozen=True)
class Line:
    """How fast a line is.

    Attributes:
        bits: per second in each direction, which all connections share.
        round_trip: seconds.
    """

    name: str
    bits: float
    round_trip: float


class _Direction:
    """One direction of the line: its bytes leave one after the other."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._free = 0.0

    def arrives(self, size: int, now: float) -> float:
        """Return when `size` bytes that are handed in now have arrived."""
        self._free = max(self._free, now) + 8 * size / self._line.bits
        return self._free + self._line.round_trip / 2


class SlowLine:
    """A proxy on loopback in front of a port.

    Every connection passes through it, WebSockets included. Opening one costs a round trip. The
    window is not modelled: TCP's slow start would cost long answers some round trips more.
    """

    def __init__(self, line: Line, port: int) -> None:
        self.url = ""
        self._line, self._behind = line, port
        self._up, self._down = _Direction(line), _Direction(line)
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close every connection."""
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        opened = asyncio.get_running_loop().time() + self._line.round_trip
        try:
            with suppress(OSError):
                upstream, onward = await asyncio.open_connection("127.0.0.1", self._behind)
                try:
                    async with asyncio.TaskGroup() as both:
                        both.create_task(_carry(reader, onward, self._up, opened))
                        both.create_task(_carry(upstream, writer, self._down, opened))
                finally:
                    onward.transport.abort()
        except* (OSError, asyncio.CancelledError):
            pass  # a side has closed, or the measurement has ended
        finally:
            self._open.discard(task)
            writer.transport.abort()


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Direction, opened: float
) -> None:
    loop = asyncio.get_running_loop()
    on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)

    async def deliver() -> None:
        while True:
            arrival, data = await on_the_way.get()
            await asyncio.sleep(arrival - loop.time())  # this is the line's latency
            if not data:
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()

    delivering = asyncio.ensure_future(deliver())
    try:
        while data := await reader.read(SEGMENT):
            arrival = way.arrives(len(data), max(loop.time(), opened))
            await on_the_way.put((arrival, data))
        await on_the_way.put((way.arrives(0, loop.time()), b""))
        await delivering
    finally:
        delivering.cancel()


@contextmanager
def slowed(line: Line, port: int) -> Iterator[str]:
    """Run a slow line in a thread; yield its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    slow = SlowLine(line, port)
    asyncio.run_coroutine_threadsafe(slow.start(), loop).result(10)
    try:
        yield slow.url
    finally:
        asyncio.run_coroutine_threadsafe(slow.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
