"""What a process remembers of streams is no more than it may."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import metrics
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.hub import stream_cache
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.publishing import registry
from tests.live.asking import counted
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
async def test_ten_thousand_streams_are_dropped_a_few_at_each_turn_of_the_loop(hub, settings):
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


async def test_streams_without_readers_are_dropped_first_oldest_first(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 2500}
    await Reader(hub).join("board")
    await say("a", text="x" * 500)
    await hub.watch.look()
    for number in range(3):
        remember(hub, number, 1000).idle_since = hub.now() - number
    await hub.stream_cache.tidy(hub.now())
    assert set(hub.streams) == {"board", "other:0"}
    assert len(hub.streams["board"].ring) == 1


async def test_the_number_of_cached_streams_without_readers_is_limited(hub, monkeypatch):
    monkeypatch.setattr(stream_cache, "IDLE_FEEDS", 3)
    for number in range(5):
        remember(hub, number, 10).idle_since = hub.now() - number
    await hub.stream_cache.tidy(hub.now())
    assert set(hub.streams) == {"other:0", "other:1", "other:2"}


async def test_large_rings_are_halved_until_all_is_within_the_limit(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 30_000}
    await Reader(hub).join("board", "other:x")
    await say("small", stream="other:x")
    await sync_to_async(put_all)([f"k{n:04}" for n in range(100)], text="x" * 1000)
    await hub.watch.look()
    await hub.stream_cache.tidy(hub.now())
    assert hub.streams["board"].size <= 30_000
    assert len(hub.streams["board"].ring) > 10
    assert len(hub.streams["other:x"].ring) == 1


async def test_a_stream_that_goes_while_others_are_dropped_is_skipped(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_BYTES": 500}
    for number in range(2):
        remember(hub, number, 1000).idle_since = hub.now() - 2 + number
    tidying = asyncio.create_task(hub.stream_cache.tidy(hub.now()))
    await asyncio.sleep(0)  # the turn in which it drops the first
    assert hub.streams.keys() == {"other:1"}
    hub.streams.clear()
    await tidying
    assert not hub.streams


async def test_opening_a_stream_is_one_read_of_kind_open(hub):
    opened = counted(metrics.READS, "open")
    await asyncio.gather(*(hub.stream("other:x") for _ in range(3)))
    assert counted(metrics.READS, "open") == opened + 1


async def test_snapshots_count_with_their_encoded_size(hub, settings):
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
