"""What the hub answers about a cursor: whether the log has it, and how far behind it is."""

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live.errors import UnknownStream
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.publishing import registry
from tests.live.reader import Reader, say

from .log_changes import forget_streams, trim


async def test_the_hub_knows_how_far_behind_a_cursor_is_and_whether_it_is_in_memory(hub):
    reader = await Reader(hub).join("board")
    start = reader.cursor()
    await say("a", "b")
    await reader.until(2)
    sizes = [len(data) for data in reader.sink.data[-2:]]
    at, before = reader.cursor(), start
    assert hub.remembers({"board": at}) and hub.remembers({"board": before})
    assert not hub.remembers({"board": None}) and not hub.remembers({"board": at, "other:x": at})
    assert not hub.remembers({"board": "2-0123456789abcdef"})
    assert not hub.is_behind({"board": at, "other:x": None}, 0)
    assert not hub.is_behind({"board": before}, sum(sizes))
    assert hub.is_behind({"board": before}, sum(sizes) - 1)
    hub.streams["board"].ring.shrink(0)
    assert hub.is_behind({"board": before}, 1_000_000) and not hub.remembers({"board": before})


async def test_missing_bytes_of_several_streams_are_added(hub):
    for stream in ("board", "other:x"):
        await say("a", stream=stream)
        await hub.stream(stream)
    await hub.watch.look()
    asks = {name: str(hub.streams[name].ring.start) for name in ("board", "other:x")}
    size = sum(hub.streams[name].ring.size for name in asks)
    assert not hub.is_behind(asks, size) and hub.is_behind(asks, size - 1)
    for unknown in ({"other:new": asks["board"]}, {"board": "rubbish"}, {"board": None}):
        # It is passed over, and what comes after it counts.
        assert not hub.is_behind(unknown, 0)
        assert hub.is_behind(unknown | {"other:x": asks["other:x"]}, 0)
    assert not hub.remembers({"other:x": asks["other:x"], "board": "rubbish"})
    assert not hub.remembers({"other:new": asks["board"]})
    assert hub.remembers(asks)


async def test_a_cursor_is_held_if_the_log_has_or_had_its_event(hub):
    await say("a", "b", "c")
    stream = await hub.stream("board")
    first, second = stream.ring.after(0).cursor, stream.ring.after(1).cursor
    assert await hub.holds("board", first) and await hub.holds("board", second)
    assert not await hub.holds("board", Cursor(2, "b" * 16))
    assert not await hub.holds("board", Cursor(9, "b" * 16))
    await forget_streams(hub)
    await sync_to_async(trim)(2)
    assert await hub.holds("board", first), "it was trimmed"
    assert not await hub.holds("board", Cursor(2, "b" * 16))
    with pytest.raises(UnknownStream):
        await hub.holds("nowhere", first)


async def test_a_cursor_is_held_after_the_site_has_removed_its_stream(hub):
    there = True
    live.stream("gone:<n>", public=True, exists=lambda n: there)(lambda limit, n: [])
    try:
        stream = await hub.stream("gone:1")
        there, stream.found_at = False, stream.found_at - 1000
        assert await hub.holds("gone:1", stream.ring.head)
    finally:
        registry.unregister("gone:<n>")


async def test_cursors_far_behind_are_held_too(hub, settings):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": 1}
    await say("a", "b", "c")
    stream = await hub.stream("board")
    assert await hub.holds("board", stream.ring.after(0).cursor)
