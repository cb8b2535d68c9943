"""What a process remembers: current when it is asked for, and no more than it may."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from stoppress import live
from stoppress.live import metrics
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.errors import UnknownStream
from stoppress.live.hub import queries, stream_cache, watch
from stoppress.live.hub.hub import Hub, running_hub, stop_hub
from stoppress.live.hub.stream_cache import StreamCache
from stoppress.live.log.trimming import trim_streams
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.protocol.refusals import cannot_be_read
from stoppress.live.publishing import registry
from tests.live.asking import counted, turns, until
from tests.live.delivery.test_open_stream import come, named, snapshot_at
from tests.live.reader import Reader, say

from .log_changes import put_all


def remember(hub: Hub, number: int, size: int) -> OpenStream:
    """Have the hub remember a stream of one event."""
    named = registry.find(f"other:{number}")
    start, end = Cursor(0, "0" * 16), Cursor(1, "1" * 16)
    stream = OpenStream(named, start, start, [Frame(start, end, "k", 1, False, b"x" * size)])
    stream.idle_since = hub.now()
    hub.streams[named.name] = stream
    return stream


@pytest.mark.slow("it opens 10,000 streams")
async def test_ten_thousand_streams_are_let_go_a_few_at_each_turn_of_the_loop(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 5_000_000}
    for number in range(10_000):
        remember(hub, number, 10_000)
    tidying = asyncio.create_task(hub.stream_cache.tidy(hub.now()))
    most = 0
    while not tidying.done():
        before = len(hub.streams)
        await asyncio.sleep(0)  # one turn of the loop
        most = max(most, before - len(hub.streams))
    # A look that comes in between finds that none of them is in the log: then more may go.
    assert 0 < most <= 20 and len(hub.streams) <= 500


async def test_streams_that_nobody_reads_go_first_the_oldest_first(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 2500}
    await Reader(hub).join("board")
    await say("a", text="x" * 500)
    await hub.watch.look()
    for number in range(3):
        remember(hub, number, 1000).idle_since = hub.now() - number
    await hub.stream_cache.tidy(hub.now())
    assert set(hub.streams) == {"board", "other:0"}
    assert len(hub.streams["board"].ring) == 1


async def test_of_streams_that_nobody_reads_only_so_many_are_remembered(hub, monkeypatch):
    monkeypatch.setattr(stream_cache, "IDLE_FEEDS", 3)
    for number in range(5):
        remember(hub, number, 10).idle_since = hub.now() - number
    await hub.stream_cache.tidy(hub.now())
    assert set(hub.streams) == {"other:0", "other:1", "other:2"}


async def test_what_is_large_is_halved_until_all_is_within_the_limit(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 30_000}
    await Reader(hub).join("board", "other:x")
    await say("small", stream="other:x")
    await sync_to_async(put_all)([f"k{n:04}" for n in range(100)], text="x" * 1000)
    await hub.watch.look()
    await hub.stream_cache.tidy(hub.now())
    assert hub.streams["board"].size <= 30_000
    assert len(hub.streams["board"].ring) > 10
    assert len(hub.streams["other:x"].ring) == 1


async def test_snapshots_count_as_what_they_are_encoded(hub, settings):
    items = [{"key": "k", "order": "k", "text": "x" * 60_000}]
    live.stream("large", public=True)(lambda limit: items)
    try:
        await Reader(hub).join("large")
        assert hub.streams["large"].size > 60_000
        settings.STOPPRESS_LIVE = {"RING_BYTES": 50_000}
        await hub.stream_cache.tidy(hub.now())
        assert hub.streams["large"].snapshot is None and hub.streams["large"].size == 0
        again = await Reader(hub).join("large")
        assert again.of("snapshot")[0]["items"] == items
    finally:
        registry.unregister("large")


async def far_behind(hub, settings, count, text, **more):
    """Return a reader that has stalled while it replays the whole log of `board`."""
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 2, "REPLAY_LIMIT": 10_000}
    start = str((await hub.stream("board")).ring.head)
    await sync_to_async(put_all)([f"k{n:04}" for n in range(count)], text=text)
    while hub.streams["board"].ring.head.position < count:
        await hub.watch.look()
    reader = Reader(hub)
    reader.sink.stalled = True
    await hub.join(reader.connection, {"board": start}, True)
    reader.sink._pending = 0  # of the hello
    reader.connection.pump()
    await until(lambda: reader.of("event"))
    # Not before: a stream that nobody reads yet would be let go.
    settings.STOPPRESS_LIVE |= more
    return reader, reader.connection.subscriptions[0]


async def go_on(reader):
    reader.sink.take()
    reader.connection.pump()
    await reader.until(1, "live")


async def test_a_page_is_bounded_in_bytes_and_let_go_as_it_is_read(hub, settings):
    reader, subscription = await far_behind(hub, settings, 60, "x" * 20_000)
    size, length = subscription.replay_page.size, len(subscription.replay_page)
    assert 200_000 < size < 300_000
    reader.sink._pending = 0
    reader.connection.pump()
    assert len(subscription.replay_page) == length - 1 and subscription.replay_page.size < size
    await go_on(reader)
    assert reader.keys() == [f"k{n:04}" for n in range(60)]


async def test_pages_of_stalled_readers_are_taken_back_and_read_again(hub, settings):
    reader, subscription = await far_behind(hub, settings, 60, "x" * 20_000, RING_BYTES=1000)
    await hub.stream_cache.tidy(hub.now())
    assert not subscription.replay_page
    await go_on(reader)
    assert reader.keys() == [f"k{n:04}" for n in range(60)]


async def test_a_text_that_was_trimmed_and_withdrawn_is_in_no_page_of_a_stalled_reader(
    hub, settings
):
    reader, _ = await far_behind(hub, settings, 20, "withdrawn words")
    sent = len(reader.sink.data)
    await sync_to_async(trim_streams)(timezone.now(), keep_events=1, keep_hours=0)
    await sync_to_async(live.redact)("k0005", "thing.withdrawn", version=2)
    await hub.watch.look()
    await go_on(reader)
    assert b"withdrawn words" not in b"".join(reader.sink.data[sent:-2])
    assert reader.of("snapshot")[0]["reason"] == "trimmed"


async def resting(hub, name):
    """Let a stream that nobody reads rest."""
    hub.streams[name].idle_since = hub.now() - watch.FOLLOWED_FOR - 1
    await hub.watch.look()
    assert not hub.streams[name].followed


async def test_looks_ask_about_no_stream_that_nobody_reads(hub, monkeypatch):
    asked = []
    look = queries.look
    monkeypatch.setattr(  # the real one is called
        queries, "look", lambda known, limit: asked.append(set(known)) or look(known, limit)
    )
    await Reader(hub).join("board")
    await hub.stream("other:x")
    await hub.watch.look()
    assert asked[-1] == {"board", "other:x"}
    await resting(hub, "other:x")
    assert asked[-1] == {"board"}


async def test_a_stream_that_has_rested_is_looked_at_before_it_gives_out_anything(
    settings, transactional_db, board
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub = running_hub()
    hub.watch.abandon()
    await say("a", text="withdrawn words")
    first = await Reader(hub).join("board")
    start = str(hub.streams["board"].ring.start)
    hub.leave(first.connection)
    await resting(hub, "board")
    await sync_to_async(live.redact)("a", "thing.withdrawn", version=2)
    fresh, late = await Reader(hub).join("board"), await Reader(hub).join(board=start)
    assert b"withdrawn words" not in b"".join(fresh.sink.data + late.sink.data)
    assert fresh.of("snapshot")[0]["items"] == []
    await stop_hub()


async def test_a_quiet_stream_that_is_asked_for_again_and_again_costs_no_read(
    settings, transactional_db, board
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub = running_hub()
    hub.leave((await Reader(hub).join("board")).connection)
    await hub.watch.look()
    before = [counted(metrics.READS, kind) for kind in ("open", "look", "snapshot", "exists")]
    for _ in range(5):
        hub.leave((await Reader(hub).join("board")).connection)
    after = [counted(metrics.READS, kind) for kind in ("open", "look", "snapshot", "exists")]
    assert after == before
    await stop_hub()


async def test_a_stream_that_is_gone_is_gone_for_newcomers_here_too(hub):
    there = True
    live.stream("case:<n>", public=True, exists=lambda n: there)(lambda limit, n: [])
    try:
        reader = await Reader(hub).join("case:1")
        there = False
        assert await hub.stream("case:1")
        hub.streams["case:1"].found_at -= stream_cache.FOUND_FOR + 1
        asked = counted(metrics.READS, "exists")
        with pytest.raises(UnknownStream, match=r"^case:1$"):
            await Reader(hub).join("case:1")
        assert counted(metrics.READS, "exists") == asked + 1
        # Who reads it already goes on.
        await say("a", stream="case:1")
        await reader.until(1)
        hub.leave(reader.connection)
        hub.streams["case:1"].found_at -= stream_cache.FOUND_FOR + 1
        with pytest.raises(UnknownStream):
            await hub.stream("case:1")
        assert "case:1" not in hub.streams
    finally:
        registry.unregister("case:<n>")


async def test_a_reader_that_cannot_be_written_to_costs_no_other_an_event(hub, caplog):
    readers = [await Reader(hub).join("board") for _ in range(5)]

    def broken(data):
        raise RuntimeError("broken")

    readers[0].sink.write = broken
    await say("a")
    for reader in readers[1:]:
        await reader.until(1)
    await until(lambda: readers[0].connection not in hub.connections)
    assert readers[0].sink.closed[0] == cannot_be_read().code
    assert caplog.text.count("write to a reader failed") == 1


async def test_a_stream_is_current_only_where_nothing_has_to_be_asked(hub):
    asked = []
    live.stream("found:<n>", public=True, exists=lambda n: not asked.append(n))(lambda limit, n: [])
    try:
        assert hub.stream_cache.current_stream("found:1") is None
        stream = await hub.stream("found:1")
        assert hub.stream_cache.current_stream("found:1") is stream and asked == ["1"]
        stream.found_at -= stream_cache.FOUND_FOR + 1
        assert hub.stream_cache.current_stream("found:1") is None
        assert await hub.stream("found:1") is stream and asked == ["1", "1"]
        stream.followed = False
        assert hub.stream_cache.current_stream("found:1") is None
    finally:
        registry.unregister("found:<n>")


async def test_a_current_stream_was_asked_for_and_stays(hub):
    stream = await hub.stream("board")
    stream.idle_since -= 100
    hub.stream_cache.current_stream("board")
    assert hub.now() - stream.idle_since < 50


# What is remembered, without a hub


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


async def test_what_nobody_has_asked_for_in_time_is_let_go_though_there_is_room(memory):
    memory.remember("old", 1, 49.9)
    memory.remember("new", 1, 50.0)
    read = memory.remember("read", 1, 0.0)
    memory.join(read)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"new", "read"}


async def test_just_as_much_as_may_be_remembered_is(memory):
    memory.remember("first", 500, 98.0)
    memory.remember("last", 500, 99.0)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"first", "last"}
    memory.remember("more", 1, 97.0)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"first", "last"}


async def test_no_more_is_let_go_than_has_to_be(memory):
    for number, size in enumerate((400, 300, 300, 300, 400)):
        memory.remember(f"s{number}", size, 90.0 + number)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"s2", "s3", "s4"}


async def test_pages_go_only_where_the_streams_nobody_reads_are_not_enough(memory):
    stream = memory.remember("read", 400)
    subscription = memory.join(stream)
    subscription.replay_page = ReplayPage([frame_of(300)])
    memory.remember("idle", 301)
    await memory.cache.tidy(100.0)
    assert set(memory.streams) == {"read"} and subscription.replay_page
    subscription.replay_page = ReplayPage([frame_of(601)])
    await memory.cache.tidy(100.0)
    assert not subscription.replay_page and len(stream.ring) == 1


def frame_of(size):
    start, end = Cursor(0, "0" * 16), Cursor(1, "1" * 16)
    return Frame(start, end, "k", 1, False, b"x" * size)


async def test_what_readers_hold_together_counts_once(memory):
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


async def test_each_page_of_its_own_counts(memory):
    stream = memory.remember("read", 400)
    for size in (100, 200):
        memory.join(stream).replay_page = ReplayPage([frame_of(size)])
    assert memory.cache._weigh_tracked() == 300


async def test_what_was_taken_back_is_no_longer_counted(memory):
    stream = memory.remember("read", 400)
    subscription = memory.join(stream)
    subscription.replay_page = ReplayPage([frame_of(700)])
    subscription.fresh = snapshot_at(Cursor(0, "0" * 16))
    await memory.cache.tidy(100.0)
    assert not subscription.replay_page and subscription.fresh is None
    subscription.replay_page = ReplayPage([frame_of(700)])
    assert memory.cache._weigh_tracked() == 0, "it is counted again once it is tracked again"
    assert len(stream.ring) == 1


async def test_only_those_with_more_than_their_share_are_halved(memory):
    small, large, larger = (
        memory.remember(name, size, events=10)
        for name, size in (("small", 330), ("large", 400), ("larger", 800))
    )
    for stream in (small, large, larger):
        memory.join(stream)
    await memory.cache.tidy(100.0)
    # To 200, and to 400: that is enough.
    assert [len(stream.ring) for stream in (small, large, larger)] == [10, 5, 5]


async def test_halving_ends_as_soon_as_all_fits(memory):
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


async def test_a_stream_with_just_its_share_is_not_halved(memory):
    just, more = memory.remember("just", 500, events=2), memory.remember("more", 502, events=2)
    for stream in (just, more):
        memory.join(stream)
    await memory.cache.tidy(100.0)
    assert [len(stream.ring) for stream in (just, more)] == [2, 1]


async def test_the_loop_has_its_turns_while_much_is_weighed_and_let_go(memory, monkeypatch):
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


async def test_the_loop_has_its_turns_while_much_is_halved(memory, settings, monkeypatch):
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


async def test_one_who_joins_meanwhile_keeps_its_stream(memory, monkeypatch):
    monkeypatch.setattr(stream_cache, "_LET_GO", 1)
    first, last = memory.remember("first", 1, 1.0), memory.remember("last", 1, 2.0)
    tidying = asyncio.create_task(memory.cache.tidy(100.0))
    while memory.streams.get("first") is first:
        await asyncio.sleep(0)  # one turn of the loop
    memory.join(last)
    await tidying
    assert set(memory.streams) == {"last"}


async def test_two_at_once_do_not_each_let_go_of_what_is_too_much(memory, monkeypatch):
    monkeypatch.setattr(stream_cache, "_LET_GO", 1)
    for number in range(8):
        memory.remember(f"s{number}", 250, 90.0 + number)
    await asyncio.gather(*(memory.cache.tidy(100.0) for _ in range(3)))
    assert set(memory.streams) == {"s4", "s5", "s6", "s7"}


async def test_a_reader_without_a_page_or_a_snapshot_is_forgotten_by_the_count(memory):
    subscription = memory.join(memory.remember("read", 1))
    assert memory.cache._weigh_tracked() == 0 and memory.cache._tracked == set()
    subscription.replay_page = ReplayPage([frame_of(5)])
    memory.cache.track(subscription)
    assert memory.cache._weigh_tracked() == 5
