"""Heartbeats: when they come, and that each tells a reader what it was sent."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from stoppress.live.delivery.connection import Connection
from stoppress.live.event_loop import STEPS
from stoppress.live.hub.hub import running_hub, stop_hub
from tests.live.asking import until
from tests.live.kernel import WiredLine
from tests.live.reader import Reader, say

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

HEARTBEAT = 0.8


@pytest.fixture
async def hub(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": HEARTBEAT, "LAG_SECONDS": 60}
    yield running_hub()
    await stop_hub()


async def wired(hub, kernel, *names):
    reader = Reader(hub)
    reader.times = []
    reader.sink = WiredLine(kernel, lambda frame, data: reader.times.append(hub.now()))
    reader.connection = Connection(reader.sink, "ws")
    reader.sink.filled = lambda: (
        reader.connection.leave_rows(),
        hub.timekeeper.watch_stalled(reader.connection),
    )
    return await reader.join(*names)


def rows(hub):
    return list(hub.streams["board"].audience.rows)


@asynccontextmanager
async def never_silent(*readers):
    """Nobody waits for a sign of life for longer than the interval, whatever is done meanwhile.

    What the machine holds the event loop up for is none of the hub's silence.
    """
    late = 0.0

    async def measure():
        nonlocal late
        while True:
            due = now() + HEARTBEAT / 20
            await asyncio.sleep(HEARTBEAT / 20)  # it measures how late the loop is
            late = max(late, now() - due)

    now = asyncio.get_running_loop().time
    measuring = asyncio.create_task(measure())
    yield
    measuring.cancel()
    for reader in readers:
        gaps = [b - a for a, b in zip(reader.times, reader.times[1:], strict=False)]
        assert gaps and max(gaps) < HEARTBEAT * 1.5 + 2 * late, f"silent for {max(gaps)} s"


@pytest.mark.slow("it waits for heartbeats")
async def test_readers_of_a_row_get_their_heartbeat_by_one_call(hub, kernel):
    readers = [await wired(hub, kernel, "board") for _ in range(3)]
    await say("a")
    async with never_silent(*readers):
        for reader in readers:
            await reader.until(1)
        before, told = kernel.sent, [len(reader.of("heartbeat")) for reader in readers]
        written = [reader.connection.written for reader in readers]
        for reader, seen in zip(readers, told, strict=True):
            await reader.until(seen + 3, "heartbeat")
    assert [reader.connection.written for reader in readers] == written, "past the sinks"
    assert kernel.sent - before >= 9 and not kernel.faults
    for reader in readers:
        assert reader.of("heartbeat")[-1]["cursors"] == {"board": reader.cursor()}
        assert reader.of("event")[-1]["cursor"] == reader.cursor()


@pytest.mark.slow("it waits for heartbeats")
async def test_a_reader_of_two_streams_gets_the_cursors_of_both(hub, kernel):
    alone, both = await wired(hub, kernel, "board"), await wired(hub, kernel, "board", "other:x")
    await say("a")
    for reader in (alone, both):
        await reader.until(1)
    assert len(rows(hub)) == 1 and not rows(hub)[0].sole
    for reader in (alone, both):
        seen = len(reader.of("heartbeat"))
        await reader.until(seen + 2, "heartbeat")
        cursors = {name: str(at) for name, at in reader.connection.sent().items()}
        assert reader.of("heartbeat")[-1]["cursors"] == cursors
    assert len(both.connection.sent()) == 2


@pytest.mark.slow("it waits for heartbeats")
async def test_heartbeats_stay_regular_while_other_readers_come_and_leave(hub, kernel):
    readers = [await wired(hub, kernel, "board") for _ in range(4)]
    await say("a")
    for reader in readers:
        await reader.until(1)
    staying = readers[1:3]
    async with never_silent(*staying):
        for reader in readers:
            if reader not in staying:
                reader.sink.ended = True
                hub.leave(reader.connection)
                await asyncio.sleep(HEARTBEAT)  # the time that is to have a heartbeat
        await asyncio.sleep(2 * HEARTBEAT)  # the same
    assert not kernel.faults


async def test_a_stalled_reader_of_a_row_gets_the_whole_heartbeat_once_it_reads_again(hub, kernel):
    readers = [await wired(hub, kernel, "board") for _ in range(2)]
    await say("a")
    for reader in readers:
        await reader.until(1)
    slow, quick = readers if readers[0].sink.descriptor % 2 else readers[::-1]
    slow.sink.stalled = True
    await until(lambda: slow.sink.pending())
    assert slow.connection.subscriptions[0].row is None
    seen = len(slow.of("heartbeat"))
    slow.sink.take()
    hub.timekeeper.unwatch_stalled(slow.connection)
    await say("b")
    for reader in readers:
        await reader.until(2)
    await slow.until(seen + 1, "heartbeat")
    assert slow.keys() == quick.keys() == ["a", "b"] and not kernel.faults


async def test_a_newcomer_gets_its_first_heartbeat_in_time_but_not_at_once(hub):
    for _ in range(5):
        came = hub.now()
        reader = await Reader(hub).join("board")
        await reader.until(1, "heartbeat")
        assert hub.now() - came > HEARTBEAT / 4


async def test_heartbeats_of_readers_that_came_at_once_are_spread(hub):
    for _ in range(40):
        await Reader(hub).join("board")
    assert len({connection.slot for connection in hub.connections}) >= STEPS / 2


async def test_steps_that_were_missed_are_made_up_for(hub):
    reader = await Reader(hub).join("board")
    await reader.until(1, "heartbeat")
    seen, held = len(reader.of("heartbeat")), hub.now() + 3 * HEARTBEAT
    while hub.now() < held:
        pass
    for _ in range(100):
        await asyncio.sleep(0)  # one turn: no time is waited for
    made_up = len(reader.of("heartbeat")) - seen
    assert 1 <= made_up <= 2, "one that was missed, and perhaps the next"


async def test_a_reader_that_fails_does_not_hold_up_the_others(hub, monkeypatch, caplog):
    reader, broken = [await Reader(hub).join("board") for _ in range(2)]

    def fail(frames):
        raise RuntimeError("no heartbeat")

    broken.sink.write = fail
    await until(lambda: broken.connection not in hub.connections)
    seen = len(reader.of("heartbeat"))
    await reader.until(seen + 2, "heartbeat")
    assert "write to a reader failed" in caplog.text


async def test_a_reader_that_has_left_is_no_longer_checked(hub):
    reader = await Reader(hub).join("board")
    hub.timekeeper.watch_stalled(reader.connection)
    hub.leave(reader.connection)
    hub.timekeeper.watch_stalled(reader.connection)
    assert reader.connection not in hub.timekeeper._stalled
    assert not any(hub.timekeeper._wheel.values())


@pytest.mark.slow("it waits for heartbeats")
async def test_a_step_that_fails_is_followed_by_the_next(hub, monkeypatch, caplog):
    async def fail(now):
        raise RuntimeError("no memory")

    monkeypatch.setattr(hub.stream_cache, "tidy", fail)  # nothing real fails there
    reader = await Reader(hub).join("board")
    await until(lambda: "a timekeeper step failed" in caplog.text)
    await reader.until(len(reader.of("heartbeat")) + 2, "heartbeat")
