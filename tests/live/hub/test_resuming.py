"""A reader comes back with a cursor: it gets the events after it, or a snapshot with the reason."""

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from tests.live.reader import Reader, say

from .log_changes import forget_streams, put_all, trim


async def test_a_reader_that_comes_back_gets_every_event_after_its_cursor(hub):
    await say("a")
    reader = await Reader(hub).join("board")
    cursor = reader.cursor()
    hub.leave(reader.connection)
    await say("b", "c")
    await hub.watch.look()
    back = await Reader(hub).join(board=cursor)
    assert back.keys() == ["b", "c"]
    assert [f["type"] for f in back.sink.frames] == ["hello", "event", "event", "live"]


async def test_events_older_than_the_ring_are_read_from_the_log_without_gap_or_repeat(
    hub, settings
):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 5, "REPLAY_LIMIT": 10_000}
    reader = await Reader(hub).join("board")
    start = reader.cursor()
    keys = [f"k{n:04}" for n in range(1200)]
    await sync_to_async(put_all)(keys)
    await reader.until(1200)
    assert len(hub.streams["board"].ring) == 5
    back = await Reader(hub).join(board=start)
    await say("last")
    await back.until(1201)
    assert back.keys() == [*keys, "last"] == reader.keys()


async def test_a_reader_too_far_behind_gets_a_snapshot_unless_it_asks_for_every_event(
    hub, settings
):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": 10}
    start = (await Reader(hub).join("board")).cursor()
    await sync_to_async(put_all)([f"k{n:02}" for n in range(11)])
    await hub.watch.look()
    behind = await Reader(hub).join(board=start)
    assert behind.of("snapshot")[0]["reason"] == "behind"
    full = await Reader(hub).join(board=start, full=True)
    await full.until(11)
    assert not full.of("snapshot")


@pytest.mark.parametrize(
    ("cursor", "reason"),
    [
        ("", "unknown"),
        ("rubbish", "unknown"),
        ("1-0000000000000000", "fork"),
        ("0-0000000000000000", "fork"),
        ("999-0000000000000000", "ahead"),
    ],
)
async def test_a_cursor_that_is_not_in_the_log_gets_a_snapshot_with_its_reason(hub, cursor, reason):
    await say("a", "b")
    reader = await Reader(hub).join(board=cursor)
    assert [s["reason"] for s in reader.of("snapshot")] == [reason]
    assert [i["key"] for i in reader.of("snapshot")[0]["items"]] == ["b", "a"]
    await say("c")
    await reader.until(1)


async def test_a_cursor_from_before_the_floor_is_answered_with_trimmed(hub):
    start = (await Reader(hub).join("board")).cursor()
    await say("a", "b", "c")
    await hub.watch.look()
    await forget_streams(hub)
    await sync_to_async(trim)(2)
    reader = await Reader(hub).join(board=start)
    assert reader.of("snapshot")[0]["reason"] == "trimmed"


async def test_a_new_event_that_this_process_has_not_seen_yet_is_looked_for(hub, settings):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    await Reader(hub).join("board")
    hub.watch.abandon()
    await say("a")
    known = await sync_to_async(live.snapshot)("board")
    reader = await Reader(hub).join(board=str(known.cursor))
    assert not reader.of("snapshot") and not reader.of("event")
