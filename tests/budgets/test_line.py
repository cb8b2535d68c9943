"""The slow line that the budgets are measured over is as slow as it says."""

import asyncio

import pytest

from .line import SEGMENT, Line, SlowLine, _Direction


def test_bytes_leave_one_after_the_other_and_arrive_half_a_round_trip_later() -> None:
    way = _Direction(Line("slow", bits=8_000, round_trip=0.4))
    arrivals = [way.arrives(1_000, now=10.0), way.arrives(500, now=10.0), way.arrives(1_000, 20.0)]
    assert arrivals == pytest.approx([11.2, 11.7, 21.2])


async def test_a_connection_costs_a_round_trip_and_an_answer_its_bytes() -> None:
    answer = b"x" * 10 * SEGMENT

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer + await reader.readexactly(4))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    line = SlowLine(
        Line("slow", bits=1_000_000, round_trip=0.2), server.sockets[0].getsockname()[1]
    )
    await line.start()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    reader, writer = await asyncio.open_connection(*line.url.removeprefix("http://").split(":"))
    writer.write(b"news")
    assert await reader.read(-1) == answer + b"news"
    # One for the connection, one for question and answer, and 117 ms for the bytes.
    assert loop.time() - begun >= 0.2 + 0.2 + 8 * len(answer) / 1_000_000
    writer.close()
    await line.stop()
    server.close()
