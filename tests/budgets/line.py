"""A slow line: a proxy that gives all its connections together one rate and one latency."""

import asyncio
from dataclasses import dataclass

from tests.services.proxy import Proxy

SEGMENT = 1_460  # bytes of a full TCP segment


@dataclass(frozen=True)
class Line:
    """Speed of a network connection.

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


class SlowLine(Proxy):
    """A line in front of a port of loopback.

    Every connection passes through it, WebSockets included. Opening one costs a round trip. The
    window is not modelled: TCP's slow start would cost long answers some round trips more.
    """

    def __init__(self, line: Line, port: int) -> None:
        super().__init__(port)
        self._line = line
        self._up, self._down = _Direction(line), _Direction(line)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = asyncio.get_running_loop().time() + self._line.round_trip
        upstream, onward = await asyncio.open_connection("127.0.0.1", self.behind)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(reader, onward, self._up, opened))
                both.create_task(_carry(upstream, writer, self._down, opened))
        except* OSError:
            pass  # a side has closed
        finally:
            onward.transport.abort()


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
