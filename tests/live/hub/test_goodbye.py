"""A process that ends says goodbye to its readers, at once or in batches."""

import asyncio
from itertools import pairwise

import pytest

from stoppress.live.hub import farewell
from stoppress.live.hub.farewell import GOODBYE_PAUSE, LEAST_WINDOW
from stoppress.live.protocol.refusals import Refusal
from tests.live.asking import turns, until
from tests.live.reader import Reader


async def test_goodbye_asks_every_reader_to_come_back(hub):
    reader = await Reader(hub).join("board")
    await hub.farewell.say("restart", 7)
    assert reader.sink.frames[-1] == {"type": "goodbye", "reason": "restart", "within": 7}
    assert reader.sink.closed[0] == 1012
    assert not hub.connections


async def test_a_goodbye_with_time_closes_readers_batch_by_batch(hub):
    readers = [await Reader(hub).join("board") for _ in range(20)]
    pauses = 5
    leaving = asyncio.create_task(hub.farewell.say("restart", 7, over=pauses * GOODBYE_PAUSE))
    over = asyncio.create_task(_pause(pauses))
    batches = await _batches(readers)
    assert not over.done(), "the last is gone before as many pauses are over"
    over.cancel()
    await leaving
    assert list(map(len, batches)) == [4] * pauses
    for batch, later in pairwise(batches):
        ended = max(readers[number].sink.closed_at for number in batch)
        began = min(readers[number].sink.closed_at for number in later)
        assert began - ended > 0.99 * GOODBYE_PAUSE
    assert all(reader.sink.closed == (1012, "restart, come back within 7 s") for reader in readers)


async def _batches(readers):
    """Return, turn by turn of the event loop, the numbers of the readers that end in it."""
    seen = [set()]
    async with asyncio.timeout(60):
        while len(seen[-1]) < len(readers):
            await asyncio.sleep(0)  # one turn
            closed = {number for number, reader in enumerate(readers) if reader.sink.closed}
            if closed != seen[-1]:
                seen.append(closed)
    return [sorted(later - earlier) for earlier, later in pairwise(seen)]


async def _pause(times):
    for _ in range(times):
        await asyncio.sleep(GOODBYE_PAUSE)  # the same pauses, on the same event loop


async def test_with_more_batches_than_readers_each_reader_is_a_batch(hub, monkeypatch):
    monkeypatch.setattr(farewell, "GOODBYE_PAUSE", 0.01)
    crowd = [await Reader(hub).join("board") for _ in range(3)]
    await hub.farewell.say("restart", 7, over=0.1)
    times = sorted(reader.sink.closed_at for reader in crowd)
    assert all(later - ended > 0.99 * 0.01 for ended, later in pairwise(times))


async def test_a_goodbye_in_time_takes_half_of_the_window_in_which_readers_come_back(hub):
    readers = [await Reader(hub).join("board") for _ in range(4)]
    leaving = asyncio.create_task(hub.farewell.say_in_time())
    assert list(map(len, await _batches(readers))) == [2, 2]
    await leaving
    for reader in readers:
        assert reader.sink.frames[-1] == {"type": "goodbye", "reason": "restart", "within": 0.5}
        assert reader.sink.closed == (1012, "restart, come back within 0.5 s")


async def test_a_goodbye_without_time_closes_all_readers_at_once(hub):
    for _ in range(3):
        await Reader(hub).join("board")
    assert await turns(hub.farewell.say("restart", 7)) < 5
    assert not hub.connections


async def test_a_reader_whose_goodbye_fails_does_not_hold_up_the_others(hub, caplog):
    broken, sound = await Reader(hub).join("board"), await Reader(hub).join("board")

    def fail(refusal):
        raise OSError("the socket is gone")

    broken.sink.close = fail
    await hub.farewell.say("restart", 7)
    assert not hub.connections and sound.sink.closed == (1012, "restart, come back within 7 s")
    [record] = caplog.records
    assert record.getMessage() == "could not say goodbye to a reader"
    assert record.exc_info[0] is OSError


async def test_no_reader_joins_during_a_goodbye(hub):
    readers = [await Reader(hub).join("board") for _ in range(5)]
    leaving = asyncio.create_task(hub.farewell.say("restart", 7, over=5 * GOODBYE_PAUSE))
    await until(lambda: any(reader.sink.closed for reader in readers))
    assert hub.farewell.begun and hub.connections, "some are still connected"
    with pytest.raises(Refusal, match="restart"):
        await Reader(hub).join("board")
    await leaving
    assert not hub.connections


async def test_no_reader_is_given_a_place_once_the_hub_leaves(hub):
    await hub.stream("board")
    await hub.farewell.say("restart", 10)
    for name in ("board", "other:new"):
        with pytest.raises(Refusal) as refused:
            await Reader(hub).join(name)
        assert refused.value.wait == LEAST_WINDOW


async def test_the_window_is_as_long_as_its_readers_need_elsewhere(hub, settings):
    settings.STOPPRESS_LIVE = {"DRAIN_RATE": 2, "DRAIN_SECONDS": 3}
    assert hub.farewell.window == LEAST_WINDOW
    for _ in range(4):
        await Reader(hub).join("board")
    assert hub.farewell.window == 2
    for _ in range(4):
        last = await Reader(hub).join("board")
    assert hub.farewell.window == 3, "DRAIN_SECONDS is the most"
    hub.farewell.say_at_once()
    assert last.sink.frames[-1] == {"type": "goodbye", "reason": "restart", "within": 3}
    assert not hub.connections
    settings.STOPPRESS_LIVE = {"DRAIN_RATE": 0}
    assert hub.farewell.window == LEAST_WINDOW


async def test_polls_and_ranges_are_still_answered_after_a_goodbye(hub):
    await hub.farewell.say("restart", 7)
    for transport in ("poll", "range", ""):
        hub.farewell.refuse(transport)
    for transport in ("ws", "sse"):
        with pytest.raises(Refusal):
            hub.farewell.refuse(transport)


async def test_a_poll_is_answered_to_its_end(hub):
    await hub.farewell.say("restart", 7)
    poll = await Reader(hub, transport="poll").join("board")
    hub.farewell.say_at_once()
    await hub.farewell.say("restart", 7)
    assert poll.sink.closed is None and poll.sink.frames[-1]["type"] == "live"
