"""What goes first where more is remembered than may be, without a hub."""

import asyncio

import pytest

from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.hub import stream_cache
from stoppress.live.hub.stream_cache import StreamCache
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from tests.live.asking import turns
from tests.live.delivery.test_open_stream import come, named, snapshot_at


class Memory:
    """What a process remembers: one event of a size for each stream."""

    def __init__(self):
        self.streams = {}
        self.cache = StreamCache(self.streams, None, None)  # it reads nothing

    def remember(self, name, size, idle_since=100.0, events=1):
        """Remember a stream with some events of so many bytes together."""
        at = [Cursor(n, f"{n:016x}") for n in range(events + 1)]
        made = [
            Frame(at[n], at[n + 1], f"k{n}", 1, False, b"x" * (size // events))
            for n in range(events)
        ]
        stream = self.streams[name] = OpenStream(named(name), at[0], at[0], made)
        stream.idle_since = idle_since
        return stream

    def join(self, stream, **more):
        """Return the place of a reader who holds a page, and is far behind."""
        subscription = come(stream, Cursor(0, "0" * 16), **more)
        self.cache.track(subscription)
        return subscription


@pytest.fixture
async def memory(settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 1000, "RING_IDLE": 50}
    return Memory()


async def test_an_idle_stream_is_dropped_even_if_there_is_room(memory):
    memory.remember("old", 1, 49.9)
    memory.remember("new", 1, 50.0)
    read = memory.remember("read", 1, 0.0)
    memory.join(read)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"new", "read"}


async def test_streams_of_exactly_the_limit_are_kept(memory):
    memory.remember("first", 500, 98.0)
    memory.remember("last", 500, 99.0)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"first", "last"}
    memory.remember("more", 1, 97.0)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"first", "last"}


async def test_no_more_streams_are_dropped_than_necessary(memory):
    for number, size in enumerate((400, 300, 300, 300, 400)):
        memory.remember(f"s{number}", size, 90.0 + number)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"s2", "s3", "s4"}


async def test_pages_are_dropped_only_after_the_streams_without_readers(memory):
    stream = memory.remember("read", 400)
    subscription = memory.join(stream)
    subscription.replay_page = ReplayPage([frame_of(300)])
    memory.remember("idle", 301)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"read"} and subscription.replay_page
    subscription.replay_page = ReplayPage([frame_of(600)])
    await memory.cache.tidy(100.0)
    assert subscription.replay_page, "just as much as may be remembered"
    subscription.replay_page = ReplayPage([frame_of(601)])
    await memory.cache.tidy(100.0)
    assert not subscription.replay_page and len(stream.ring) == 1


async def test_rings_are_halved_only_after_the_pages_are_dropped(memory):
    stream = memory.remember("read", 600, events=6)
    memory.join(stream).replay_page = ReplayPage([frame_of(400)])
    memory.join(memory.remember("other", 100))
    await memory.cache.tidy(100.0)
    assert memory.cache._weigh_tracked() == 0 and len(stream.ring) == 6


def frame_of(size):
    start, end = Cursor(0, "0" * 16), Cursor(1, "1" * 16)
    return Frame(start, end, "k", 1, False, b"x" * size)


async def test_shared_pages_and_snapshots_count_once(memory):
    stream = memory.remember("read", 400)
    page = [frame_of(300), frame_of(300)]
    fresh = snapshot_at(Cursor(0, "0" * 16))
    size = 400 + 600 + fresh.size
    readers = [memory.join(stream) for _ in range(3)]
    for reader in readers:
        reader.replay_page, reader.fresh = ReplayPage(page), fresh
    # Who has read half of it holds the other half together with them.
    assert readers[0].replay_page.take(Cursor(0, "0" * 16))
    assert memory.cache._weigh_tracked() == size - 400
    readers[1].connection.open = False
    readers[2].forget()
    assert memory.cache._weigh_tracked() == size - 400 - 300
    stream.snapshot = fresh
    assert memory.cache._weigh_tracked() == 300, "the stream's own counts with the stream"
    stream.snapshot = snapshot_at(Cursor(0, "0" * 16))
    assert memory.cache._weigh_tracked() == 300 + fresh.size


async def test_separate_pages_and_snapshots_count_separately(memory):
    stream = memory.remember("read", 400)
    for size in (100, 200):
        memory.join(stream).replay_page = ReplayPage([frame_of(size)])
    assert memory.cache._weigh_tracked() == 300
    fresh = [snapshot_at(Cursor(0, "0" * 16)) for _ in range(2)]
    for each in fresh:
        memory.join(stream).fresh = each
    assert memory.cache._weigh_tracked() == 300 + sum(each.size for each in fresh)


async def test_a_shared_page_counts_with_its_longest_rest(memory):
    stream, page = memory.remember("read", 400), [frame_of(300), frame_of(300)]
    for number in range(20):
        reader = memory.join(stream)
        reader.replay_page = ReplayPage(page)
        if number != 10:
            reader.replay_page.take(Cursor(0, "0" * 16))
    assert memory.cache._weigh_tracked() == 600


async def test_a_dropped_page_is_no_longer_counted(memory):
    stream = memory.remember("read", 400)
    subscription = memory.join(stream)
    subscription.replay_page = ReplayPage([frame_of(700)])
    subscription.fresh = snapshot_at(Cursor(0, "0" * 16))
    await memory.cache.tidy(100.0)
    assert not subscription.replay_page and subscription.fresh is None
    subscription.replay_page = ReplayPage([frame_of(700)])
    assert memory.cache._weigh_tracked() == 0, "it is counted again once it is tracked again"
    assert len(stream.ring) == 1


async def test_only_streams_with_more_than_their_share_are_halved(memory):
    small, large, larger = (
        memory.remember(name, size, events=10)
        for name, size in (("small", 330), ("large", 400), ("larger", 800))
    )
    for stream in (small, large, larger):
        memory.join(stream)
    await memory.cache.tidy(100.0)
    # To 200, and to 400: that is enough.
    assert [len(stream.ring) for stream in (small, large, larger)] == [10, 5, 5]


async def test_halving_ends_as_soon_as_everything_fits(memory):
    first, second = (memory.remember(name, 600, events=6) for name in ("first", "second"))
    for stream in (first, second):
        memory.join(stream)
    await memory.cache.tidy(100.0)
    assert [len(stream.ring) for stream in (first, second)] == [3, 6]


async def test_one_stream_is_halved_until_it_fits_or_nothing_is_left(memory):
    stream = memory.remember("only", 4000, events=8)
    memory.join(stream)
    await memory.cache.tidy(100.0)
    assert len(stream.ring) == 2
    huge = memory.remember("only", 4000)
    memory.join(huge)
    await memory.cache.tidy(100.0)
    assert len(huge.ring) == 0


async def test_a_stream_with_exactly_its_share_is_not_halved(memory):
    just, more = memory.remember("just", 500, events=2), memory.remember("more", 502, events=2)
    for stream in (just, more):
        memory.join(stream)
    await memory.cache.tidy(100.0)
    assert [len(stream.ring) for stream in (just, more)] == [2, 1]


async def test_the_event_loop_gets_turns_while_many_streams_are_weighed_and_dropped(
    memory, monkeypatch
):
    monkeypatch.setattr(stream_cache, "_WEIGHED", 10)
    monkeypatch.setattr(stream_cache, "_LET_GO", 5)
    at_least = await turns(memory.cache.tidy(100.0))
    for count, more in ((9, 0), (10, 1), (19, 1), (30, 3)):
        for number in range(count):
            memory.remember(f"s{number}", 10)
        assert await turns(memory.cache.tidy(100.0)) == at_least + more
    for stream in memory.streams.values():
        stream.idle_since = 0.0
    # The first, and then each fifth.
    assert await turns(memory.cache.tidy(100.0)) == at_least + 3 + 6 and not memory.streams


async def test_the_event_loop_gets_turns_while_many_streams_are_halved(
    memory, settings, monkeypatch
):
    monkeypatch.setattr(stream_cache, "_WEIGHED", 10)
    monkeypatch.setattr(stream_cache, "_LET_GO", 5)
    for small, more in ((9, 0), (10, 1)):
        for number in range(small):
            memory.join(memory.remember(f"small{number}", 10))
        for number in range(10):
            memory.join(memory.remember(f"large{number}", 100, events=2))
        settings.STOPPRESS_LIVE = {"RING_BYTES": 10_000}
        at_least = await turns(memory.cache.tidy(100.0))
        settings.STOPPRESS_LIVE = {"RING_BYTES": small * 10 + 500}
        # At each fifth that is halved, and at each tenth that is looked at.
        assert await turns(memory.cache.tidy(100.0)) == at_least + 2 + more
        assert {len(stream.ring) for stream in memory.streams.values()} == {1}
        memory.streams.clear()


async def test_a_stream_that_a_reader_joins_meanwhile_is_kept(memory, monkeypatch):
    monkeypatch.setattr(stream_cache, "_LET_GO", 1)
    first, last = memory.remember("first", 1, 1.0), memory.remember("last", 1, 2.0)
    tidying = asyncio.create_task(memory.cache.tidy(100.0))
    while memory.streams.get("first") is first:
        await asyncio.sleep(0)  # one turn of the loop
    memory.join(last)
    await tidying
    assert set(memory.streams) == {"last"}


async def test_concurrent_tidying_drops_the_excess_once(memory, monkeypatch):
    monkeypatch.setattr(stream_cache, "_LET_GO", 1)
    for number in range(8):
        memory.remember(f"s{number}", 250, 90.0 + number)
    await asyncio.gather(*(memory.cache.tidy(100.0) for _ in range(3)))
    assert set(memory.streams) == {"s4", "s5", "s6", "s7"}


async def test_a_reader_without_a_page_or_a_snapshot_is_no_longer_tracked(memory):
    subscription = memory.join(memory.remember("read", 1))
    assert memory.cache._weigh_tracked() == 0 and memory.cache._tracked == set()
    subscription.replay_page = ReplayPage([frame_of(5)])
    memory.cache.track(subscription)
    assert memory.cache._weigh_tracked() == 5
