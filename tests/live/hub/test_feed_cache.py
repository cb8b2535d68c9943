"""What a process remembers: current when it is asked for, and no more than it may."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from stoppress import live
from stoppress.live import metrics
from stoppress.live.delivery.feed import Feed
from stoppress.live.errors import UnknownStream
from stoppress.live.hub import feed_cache, queries, watch
from stoppress.live.hub.hub import Hub, running_hub, stop_hub
from stoppress.live.log.trimming import trim_streams
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.protocol.refusals import cannot_be_read
from stoppress.live.publishing import registry
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.reader import Reader, say


def remember(hub: Hub, number: int, size: int) -> Feed:
    """Have the hub remember a stream of one event."""
    named = registry.find(f"other:{number}")
    start, end = Cursor(0, "0" * 16), Cursor(1, "1" * 16)
    feed = Feed(named, start, start, [Frame(start, end, "k", 1, False, b"x" * size)])
    feed.idle_since = hub.now()
    hub.feeds[named.name] = feed
    return feed


@pytest.mark.slow("it opens 10,000 streams")
async def test_ten_thousand_streams_are_let_go_a_few_at_each_turn_of_the_loop(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 5_000_000}
    for number in range(10_000):
        remember(hub, number, 10_000)
    tidying = asyncio.create_task(hub.feed_cache.tidy(hub.now()))
    most = 0
    while not tidying.done():
        before = len(hub.feeds)
        await asyncio.sleep(0)  # one turn of the loop
        most = max(most, before - len(hub.feeds))
    # A look that comes in between finds that none of them is in the log: then more may go.
    assert 0 < most <= 20 and len(hub.feeds) <= 500


async def test_streams_that_nobody_reads_go_first_the_oldest_first(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 2500}
    await Reader(hub).join("board")
    await say("a", text="x" * 500)
    await hub.watch.look()
    for number in range(3):
        remember(hub, number, 1000).idle_since = hub.now() - number
    await hub.feed_cache.tidy(hub.now())
    assert set(hub.feeds) == {"board", "other:0"}
    assert len(hub.feeds["board"].ring) == 1


async def test_of_streams_that_nobody_reads_only_so_many_are_remembered(hub, monkeypatch):
    monkeypatch.setattr(feed_cache, "IDLE_FEEDS", 3)
    for number in range(5):
        remember(hub, number, 10).idle_since = hub.now() - number
    await hub.feed_cache.tidy(hub.now())
    assert set(hub.feeds) == {"other:0", "other:1", "other:2"}


async def test_what_is_large_is_halved_until_all_is_within_the_limit(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 30_000}
    await Reader(hub).join("board", "other:x")
    await say("small", stream="other:x")
    await sync_to_async(_put_all)(100, "x" * 1000)
    await hub.watch.look()
    await hub.feed_cache.tidy(hub.now())
    assert hub.feeds["board"].size <= 30_000
    assert len(hub.feeds["board"].ring) > 10
    assert len(hub.feeds["other:x"].ring) == 1


def _put_all(count, text):
    with live.atomic():
        for number in range(count):
            put(f"k{number:04}", text=text)


async def test_snapshots_count_as_what_they_are_encoded(hub, settings):
    items = [{"key": "k", "order": "k", "text": "x" * 60_000}]
    live.stream("large", public=True)(lambda limit: items)
    try:
        await Reader(hub).join("large")
        assert hub.feeds["large"].size > 60_000
        settings.STOPPRESS_LIVE = {"RING_BYTES": 50_000}
        await hub.feed_cache.tidy(hub.now())
        assert hub.feeds["large"].snapshot is None and hub.feeds["large"].size == 0
        again = await Reader(hub).join("large")
        assert again.of("snapshot")[0]["items"] == items
    finally:
        registry.unregister("large")


async def far_behind(hub, settings, count, text, **more):
    """Return a reader that has stalled while it replays the whole log of `board`."""
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 2, "REPLAY_LIMIT": 10_000}
    start = str((await hub.feed("board")).ring.head)
    await sync_to_async(_put_all)(count, text)
    while hub.feeds["board"].ring.head.position < count:
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
    await hub.feed_cache.tidy(hub.now())
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
    hub.feeds[name].idle_since = hub.now() - watch.FOLLOWED_FOR - 1
    await hub.watch.look()
    assert not hub.feeds[name].followed


async def test_looks_ask_about_no_stream_that_nobody_reads(hub, monkeypatch):
    asked = []
    look = queries.look
    monkeypatch.setattr(  # the real one is called
        queries, "look", lambda known, limit: asked.append(set(known)) or look(known, limit)
    )
    await Reader(hub).join("board")
    await hub.feed("other:x")
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
    start = str(hub.feeds["board"].ring.start)
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
        assert await hub.feed("case:1")
        hub.feeds["case:1"].found_at -= feed_cache.FOUND_FOR + 1
        with pytest.raises(UnknownStream):
            await Reader(hub).join("case:1")
        # Who reads it already goes on.
        await say("a", stream="case:1")
        await reader.until(1)
        hub.leave(reader.connection)
        hub.feeds["case:1"].found_at -= feed_cache.FOUND_FOR + 1
        with pytest.raises(UnknownStream):
            await hub.feed("case:1")
        assert "case:1" not in hub.feeds
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


async def test_a_feed_is_current_only_where_nothing_has_to_be_asked(hub):
    asked = []
    live.stream("found:<n>", public=True, exists=lambda n: not asked.append(n))(lambda limit, n: [])
    try:
        assert hub.feed_cache.current_feed("found:1") is None
        feed = await hub.feed("found:1")
        assert hub.feed_cache.current_feed("found:1") is feed and asked == ["1"]
        feed.found_at -= feed_cache.FOUND_FOR + 1
        assert hub.feed_cache.current_feed("found:1") is None
        assert await hub.feed("found:1") is feed and asked == ["1", "1"]
        feed.followed = False
        assert hub.feed_cache.current_feed("found:1") is None
    finally:
        registry.unregister("found:<n>")


async def test_a_current_feed_was_asked_for_and_stays(hub):
    feed = await hub.feed("board")
    feed.idle_since -= 100
    hub.feed_cache.current_feed("board")
    assert hub.now() - feed.idle_since < 50
