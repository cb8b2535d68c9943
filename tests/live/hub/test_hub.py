import asyncio
import threading
from datetime import datetime
from itertools import pairwise

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress import live
from stoppress.live import metrics
from stoppress.live.delivery.connection import Connection
from stoppress.live.errors import UnknownStream
from stoppress.live.hub import hub as hubs
from stoppress.live.hub import queries, watch
from stoppress.live.hub.hub import GOODBYE_PAUSE, running_hub, stop_hub
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor, next_link
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.publishing import registry
from stoppress.live.relays import hints
from tests.live.asking import counted, turns, until
from tests.live.conftest import put
from tests.live.reader import ListSink, Reader, say


async def test_a_reader_gets_hello_a_snapshot_live_and_then_events_as_they_come(hub):
    await say("a")
    given = counted(metrics.SNAPSHOTS, "start")
    reader = await Reader(hub).join("board")
    assert [f["type"] for f in reader.sink.frames] == ["hello", "snapshot", "live"]
    assert counted(metrics.SNAPSHOTS, "start") == given + 1
    snapshot = reader.of("snapshot")[0]
    assert snapshot["reason"] == "start" and [i["key"] for i in snapshot["items"]] == ["a"]
    await say("b", "c")
    await reader.until(2)
    b, c = reader.of("event")
    assert b["after"] == snapshot["cursor"] and c["after"] == b["cursor"]
    assert (b["op"], b["event"], b["item"]["key"]) == ("put", "thing.said", "b")


async def test_a_stream_nobody_has_written_to_has_a_cursor_to_go_on_from(hub):
    reader = await Reader(hub).join("other:x")
    first = reader.cursor("other:x")
    assert first.startswith("0-")
    back = await Reader(hub).join(**{"other:x": first})
    assert [f["type"] for f in back.sink.frames] == ["hello", "live"]
    await say("a", stream="other:x")
    await back.until(1)
    assert back.of("event")[0]["after"] == first


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


async def test_what_is_behind_the_ring_is_read_from_the_log_and_joined_without_a_seam(
    hub, settings
):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 5, "REPLAY_LIMIT": 10_000}
    reader = await Reader(hub).join("board")
    start = reader.cursor()
    keys = [f"k{n:04}" for n in range(1200)]
    await sync_to_async(_put_all)(keys)
    await reader.until(1200)
    assert len(hub.feeds["board"].ring) == 5
    back = await Reader(hub).join(board=start)
    await say("last")
    await back.until(1201)
    assert back.keys() == [*keys, "last"] == reader.keys()


def _put_all(keys):
    with live.atomic():
        for key in keys:
            put(key)


async def test_a_reader_too_far_behind_gets_a_snapshot_and_one_that_asks_for_all_gets_all(
    hub, settings
):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": 10}
    start = (await Reader(hub).join("board")).cursor()
    await sync_to_async(_put_all)([f"k{n:02}" for n in range(11)])
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
    await hub_forgets(hub)
    await sync_to_async(_trim)(2)
    reader = await Reader(hub).join(board=start)
    assert reader.of("snapshot")[0]["reason"] == "trimmed"


def _trim(position):
    floor = LoggedEvent.objects.get(stream="board", position=position)
    with live.atomic():
        LoggedEvent.objects.filter(stream="board", position__lte=position).delete()
        StreamHead.objects.filter(name="board").update(floor=position, floor_link=floor.link)


async def hub_forgets(hub):
    for reader in list(hub.connections):
        hub.leave(reader)
    hub.feeds.clear()


async def test_a_new_event_that_this_process_has_not_seen_yet_is_looked_for(hub, settings):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    await Reader(hub).join("board")
    hub.watch.abandon()
    await say("a")
    known = await sync_to_async(live.snapshot)("board")
    reader = await Reader(hub).join(board=str(known.cursor))
    assert not reader.of("snapshot") and not reader.of("event")


async def test_an_unknown_stream_is_refused(hub):
    with pytest.raises(UnknownStream):
        await Reader(hub).join("nowhere")
    with pytest.raises(UnknownStream):
        await Reader(hub).join("other:none")
    assert not hub.connections


async def test_when_history_is_rewritten_each_reader_gets_a_snapshot_and_never_a_splice(hub):
    await say("a", "b", "c")
    readers = [await Reader(hub).join("board") for _ in range(3)]
    await sync_to_async(_rewrite)()
    for reader in readers:
        await reader.until(2, "snapshot")
        assert [s["reason"] for s in reader.of("snapshot")] == ["start", "fork"]
        assert [i["key"] for i in reader.of("snapshot")[1]["items"]] == ["x", "a"]
    await say("d")
    for reader in readers:
        await reader.until(1)
        assert reader.keys() == ["d"]
        assert reader.of("event")[0]["after"] == reader.of("snapshot")[1]["cursor"]


def _rewrite():
    """Lose the last two events, as a failover can, and write two others in their place."""
    with live.atomic():
        LoggedEvent.objects.filter(stream="board", position__gt=1).delete()
        first = LoggedEvent.objects.get(stream="board")
        link = first.link
        for position in (2, 3):
            uid = bytes([position] * 16)
            link = next_link(link, position, uid)
            first.pk, first.link, first.uid, first.key = ("board", position), link, uid, "x"
            first.save(force_insert=True)
        StreamHead.objects.filter(name="board").update(link=link)
    hints.announce()


async def test_history_that_is_only_shorter_is_a_fork_too(hub):
    await say("a", "b")
    reader = await Reader(hub).join("board")
    await sync_to_async(_lose_last)()
    await reader.until(2, "snapshot")
    assert reader.of("snapshot")[1]["reason"] == "fork"


def _lose_last():
    LoggedEvent.objects.filter(stream="board", position=2).delete()
    last = LoggedEvent.objects.get(stream="board")
    StreamHead.objects.filter(name="board").update(head=1, link=last.link)
    hints.announce()


async def test_a_redaction_purges_all_memory_before_it_is_told(hub):
    await say("a", text="withdrawn words")
    reader = await Reader(hub).join("board")
    start = str(hub.feeds["board"].ring.start)
    await say("a", version=2, text="withdrawn words")
    await reader.until(1)
    await sync_to_async(live.redact)("a", "thing.withdrawn", version=3)
    await reader.until(2)
    told = reader.of("event")[1]
    assert told["op"] == "remove" and told["redacts"] and told["item"] == {"key": "a", "version": 3}
    late = await Reader(hub).join(board=start)
    assert [e.get("redacted", False) for e in late.of("event")] == [True, True, False]
    fresh = await Reader(hub).join("board")
    assert fresh.of("snapshot")[0]["items"] == []
    assert b"withdrawn words" not in b"".join(late.sink.data + fresh.sink.data)


async def test_readers_share_one_snapshot_and_one_encoding(hub, board):
    await say("a")
    readers = await asyncio.gather(*(Reader(hub).join("board") for _ in range(50)))
    assert len({id(reader.sink.data[1]) for reader in readers}) == 1
    await say("b")
    for reader in readers:
        await reader.until(1)
    assert len({id(reader.sink.data[-1]) for reader in readers}) == 1
    assert board.taken == 1


async def test_newcomers_are_given_the_same_snapshot_and_the_events_after_it(hub, board):
    first = await Reader(hub).join("board")
    await say("a", "b")
    await first.until(2)
    late = await Reader(hub).join("board")
    assert [f["type"] for f in late.sink.frames] == ["hello", "snapshot", "event", "event", "live"]
    assert board.taken == 1


async def test_a_stalled_reader_lags_alone_and_goes_on_where_it_was(hub):
    fast, slow = await Reader(hub).join("board"), await Reader(hub).join("board")
    slow.sink.stalled = True
    await say("a", "b", "c")
    await fast.until(3)
    assert slow.keys() == ["a"]
    slow.sink.take()
    slow.connection.pump()
    assert slow.keys() == ["a", "b", "c"]


async def test_a_reader_that_stalls_for_too_long_is_closed(hub, settings):
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 0.05}
    slow = await Reader(hub).join("board")
    slow.sink.stalled = True
    await say("a")
    await until(lambda: slow.sink.closed)
    assert slow.sink.closed == (4002, "too slow")
    assert slow.connection not in hub.connections


async def test_a_heartbeat_says_what_the_connection_was_sent(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.05}
    hub = running_hub()
    reader = await Reader(hub).join("board", "other:x")
    await say("a")
    await reader.until(1)
    seen = len(reader.of("heartbeat"))
    await reader.until(seen + 1, "heartbeat")
    assert reader.of("heartbeat")[-1]["cursors"] == {
        "board": reader.of("event")[0]["cursor"],
        "other:x": reader.cursor("other:x"),
    }
    await stop_hub()


async def test_the_safety_poll_finds_what_every_relay_missed(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.1, "RELAY_POLL": 60}
    hub = running_hub()
    hub.watch.abandon()
    reader = await Reader(hub).join("board")
    lost = counted(metrics.SAFETY_POLL_FOUND)
    await say("a")
    await reader.until(1)
    await until(lambda: counted(metrics.SAFETY_POLL_FOUND) == lost + 1)
    await stop_hub()


async def test_what_a_relay_told_of_is_not_counted_as_lost(
    settings, transactional_db, board, monkeypatch
):
    monkeypatch.setattr(watch, "LATE_SECONDS", 0.05)
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.05, "RELAY_POLL": 60}
    hub = running_hub()
    reader = await Reader(hub).join("board")
    lost = counted(metrics.SAFETY_POLL_FOUND)
    for key in "abcdefgh":
        await say(key)
    await reader.until(8)
    await asyncio.sleep(3 * watch.LATE_SECONDS)  # by then a lost one would have been counted
    assert counted(metrics.SAFETY_POLL_FOUND) == lost
    await stop_hub()


async def test_a_look_asks_one_query_about_all_streams(hub):
    await Reader(hub).join("board", *(f"other:{n}" for n in range(10)))
    known = {name: feed.ring.head for name, feed in hub.feeds.items()}

    def look():
        with live.reading():
            with CaptureQueriesContext(connections["default"]) as captured:
                queries.look(known, 100)
            return [q["sql"] for q in captured if "streamhead" in q["sql"]]

    assert len(await sync_to_async(look)()) == 1


async def test_a_goodbye_that_is_given_time_lets_readers_go_batch_by_batch(hub):
    readers = [await Reader(hub).join("board") for _ in range(20)]
    pauses = 5
    leaving = asyncio.create_task(hub.goodbye("restart", 7, over=pauses * GOODBYE_PAUSE))
    over = asyncio.create_task(_pause(pauses))
    seen = [set()]
    async with asyncio.timeout(60):
        while len(seen[-1]) < 20:  # what ends within one turn of the event loop is one batch
            await asyncio.sleep(0)  # one turn
            closed = {number for number, reader in enumerate(readers) if reader.sink.closed}
            if closed != seen[-1]:
                seen.append(closed)
    assert not over.done(), "the last is gone before as many pauses are over"
    over.cancel()
    await leaving
    batches = [sorted(later - earlier) for earlier, later in pairwise(seen)]
    assert list(map(len, batches)) == [4] * pauses
    for batch, later in pairwise(batches):
        ended = max(readers[number].sink.closed_at for number in batch)
        began = min(readers[number].sink.closed_at for number in later)
        assert began - ended > 0.99 * GOODBYE_PAUSE
    assert all(reader.sink.closed == (1012, "restart, come back within 7 s") for reader in readers)


async def _pause(times):
    for _ in range(times):
        await asyncio.sleep(GOODBYE_PAUSE)  # the same pauses, on the same event loop


async def test_nobody_joins_while_readers_are_let_go(hub):
    readers = [await Reader(hub).join("board") for _ in range(5)]
    leaving = asyncio.create_task(hub.goodbye("restart", 7, over=5 * GOODBYE_PAUSE))
    await until(lambda: any(reader.sink.closed for reader in readers))
    assert hub.draining and hub.connections, "some are still connected"
    with pytest.raises(Refusal, match="restart"):
        await Reader(hub).join("board")
    await leaving
    assert not hub.connections


async def test_memory_reaches_no_further_back_than_the_log(hub):
    reader = await Reader(hub).join("board")
    await say(*"abcd")
    await reader.until(4)
    await sync_to_async(trim_streams)(timezone.now(), keep_events=1, keep_hours=0)
    await hub.watch.look()
    assert len(hub.feeds["board"].ring) == 1
    await say("e")
    await reader.until(5)


async def test_once_it_leaves_nobody_gets_a_place_at_once(hub):
    await hub.feed("board")
    assert hub.is_ready(["board"]) and not hub.is_ready(["board", "other:new"])
    await hub.goodbye("restart", 10)
    assert not hub.is_ready(["board"])
    with pytest.raises(Refusal, match="restart"):
        await Reader(hub).join("board")


async def test_goodbye_asks_every_reader_to_come_back(hub):
    reader = await Reader(hub).join("board")
    await hub.goodbye("restart", 7)
    assert reader.sink.frames[-1] == {"type": "goodbye", "reason": "restart", "within": 7}
    assert reader.sink.closed[0] == 1012
    assert not hub.connections


async def test_a_snapshot_that_cannot_be_taken_disturbs_no_other_stream(hub):
    reader = await Reader(hub).join("other:x")
    live.stream("broken", public=True)(lambda limit: 1 / 0)
    try:
        refused = await Reader(hub).join_in_vain("broken")
        assert refused == (1011, "the stream cannot be read now")
    finally:
        registry.unregister("broken")
    await say("a", stream="other:x")
    await reader.until(1)


async def test_writers_of_many_threads_are_read_once_each_and_in_order(hub):
    reader = await Reader(hub).join("board")

    def write(number):
        for turn in range(10):
            put(f"{number}-{turn}")
        connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    await reader.until(80)
    for thread in threads:
        thread.join()
    cursors = [reader.of("snapshot")[0]["cursor"], *(e["cursor"] for e in reader.of("event"))]
    assert [e["after"] for e in reader.of("event")] == cursors[:-1]
    assert len(set(reader.keys())) == 80


async def test_it_knows_how_far_behind_a_reader_is_and_whether_it_goes_on_from_memory(hub):
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
    hub.feeds["board"].ring.shrink(0)
    assert hub.is_behind({"board": before}, 1_000_000) and not hub.remembers({"board": before})


def readers(transport="ws"):
    return counted(metrics.READERS, transport)


async def test_the_first_frame_says_how_often_heartbeats_come_and_what_time_it_is(hub, settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 7}
    reader = await Reader(hub).join("board")
    [hello] = reader.of("hello")
    assert hello["heartbeat"] == 7
    told = datetime.fromisoformat(hello["time"])
    assert abs((timezone.now() - told).total_seconds()) < 60


async def test_a_reader_counts_from_its_hello_until_it_leaves_once(hub):
    before = readers()
    reader = await Reader(hub).join("board")
    subscription = reader.connection.subscriptions[0]
    feed = hub.feeds["board"]
    assert readers() == before + 1 and set(feed.audience) == {subscription}
    feed.idle_since = 0.0
    for _ in range(2):
        hub.leave(reader.connection)
        assert readers() == before and not reader.connection.open
    assert not feed.audience and 0 <= hub.now() - feed.idle_since < 60
    assert reader.connection not in hub.connections


async def test_a_connection_of_the_hubs_own_is_no_reader_and_stays_after_the_goodbye(hub):
    before, sink = readers(), ListSink()
    own = Connection(sink, "")
    await hub.join(own, {"board": None}, False)
    await until(lambda: "live" in [frame["type"] for frame in sink.frames])
    assert not hub.connections and readers() == before
    await hub.goodbye("restart", 7)
    assert own.open
    await say("a")
    await until(lambda: "a" in [frame.get("key") for frame in sink.frames])
    hub.leave(own)
    assert not hub.feeds["board"].audience


async def test_one_that_ended_while_its_cursor_was_checked_takes_no_place(hub):
    await say("a")
    reader = Reader(hub)
    joining = asyncio.create_task(
        hub.join(reader.connection, {"board": "1-0123456789abcdef", "other:x": None}, False)
    )
    await until(lambda: reader.of("hello"))
    hub.leave(reader.connection)
    await joining
    assert not hub.feeds["board"].audience and not hub.connections


async def test_one_who_is_pumped_after_its_end_leaves(hub):
    one, other = await Reader(hub).join("board"), await Reader(hub).join("board")
    one.connection.open = False
    for reader in (one, other):
        hub.pump(reader.connection)
    assert hub.connections == {other.connection}


async def test_of_each_kind_it_has_one_companion(hub):
    class Companion:
        def __init__(self, hub):
            self.hub = hub

    class Other(Companion):
        pass

    one = hub.companion(Companion)
    assert one.hub is hub and hub.companion(Companion) is one
    assert type(hub.companion(Other)) is Other and hub.companion(Companion) is one


async def test_a_cursor_is_held_that_the_log_has_or_had(hub):
    await say("a", "b", "c")
    feed = await hub.feed("board")
    first, second = feed.ring.after(0).cursor, feed.ring.after(1).cursor
    assert await hub.holds("board", first) and await hub.holds("board", second)
    assert not await hub.holds("board", Cursor(2, "b" * 16))
    assert not await hub.holds("board", Cursor(9, "b" * 16))
    await hub_forgets(hub)
    await sync_to_async(_trim)(2)
    assert await hub.holds("board", first), "it was trimmed"
    assert not await hub.holds("board", Cursor(2, "b" * 16))
    with pytest.raises(UnknownStream):
        await hub.holds("nowhere", first)


async def test_a_cursor_is_held_though_the_site_has_removed_its_stream(hub):
    there = True
    live.stream("gone:<n>", public=True, exists=lambda n: there)(lambda limit, n: [])
    try:
        feed = await hub.feed("gone:1")
        there, feed.found_at = False, feed.found_at - 1000
        assert await hub.holds("gone:1", feed.ring.head)
    finally:
        registry.unregister("gone:<n>")


async def test_of_cursors_far_behind_too_it_says_whether_they_are_held(hub, settings):
    settings.STOPPRESS_LIVE = {"REPLAY_LIMIT": 1}
    await say("a", "b", "c")
    feed = await hub.feed("board")
    assert await hub.holds("board", feed.ring.after(0).cursor)


async def test_what_is_missing_in_several_streams_adds_up(hub):
    for stream in ("board", "other:x"):
        await say("a", stream=stream)
        await hub.feed(stream)
    await hub.watch.look()
    asks = {name: str(hub.feeds[name].ring.start) for name in ("board", "other:x")}
    size = sum(hub.feeds[name].ring.size for name in asks)
    assert not hub.is_behind(asks, size) and hub.is_behind(asks, size - 1)
    for unknown in ({"other:new": asks["board"]}, {"board": "rubbish"}, {"board": None}):
        # It is passed over, and what comes after it counts.
        assert not hub.is_behind(unknown, 0)
        assert hub.is_behind(unknown | {"other:x": asks["other:x"]}, 0)
    assert not hub.remembers({"other:x": asks["other:x"], "board": "rubbish"})
    assert not hub.remembers({"other:new": asks["board"]})
    assert hub.remembers(asks)


async def test_one_that_cannot_be_told_goodbye_keeps_it_from_nobody(hub, caplog):
    broken, sound = await Reader(hub).join("board"), await Reader(hub).join("board")

    def fail(refusal):
        raise OSError("the socket is gone")

    broken.sink.close = fail
    await hub.goodbye("restart", 7)
    assert not hub.connections and sound.sink.closed == (1012, "restart, come back within 7 s")
    [record] = caplog.records
    assert record.getMessage() == "could not say goodbye to a reader"
    assert record.exc_info[0] is OSError


async def test_a_goodbye_that_is_given_no_time_ends_all_at_once(hub):
    for _ in range(3):
        await Reader(hub).join("board")
    assert await turns(hub.goodbye("restart", 7)) < 5
    assert not hub.connections


async def test_with_time_for_more_batches_than_there_are_readers_each_goes_alone(hub, monkeypatch):
    monkeypatch.setattr(hubs, "GOODBYE_PAUSE", 0.01)
    crowd = [await Reader(hub).join("board") for _ in range(3)]
    await hub.goodbye("restart", 7, over=0.1)
    times = sorted(reader.sink.closed_at for reader in crowd)
    assert all(later - ended > 0.99 * 0.01 for ended, later in pairwise(times))


async def test_who_comes_after_the_goodbye_is_told_when_to_come_back(hub):
    await hub.feed("board")
    await hub.goodbye("restart", 7)
    for name in ("board", "other:x"):
        with pytest.raises(Refusal, match="^restart, come back within 7 s$|1012"):
            await hub.open_feeds([name])


async def test_a_task_that_fails_is_told_in_the_log_and_one_that_is_cancelled_is_not(hub, caplog):
    async def fail():
        raise OSError("no")

    before = set(hub._tasks)
    hub.spawn(fail())
    hub.spawn(asyncio.Event().wait())
    [cancelled] = [task for task in hub._tasks - before if task.get_coro().__name__ == "wait"]
    cancelled.cancel()
    await until(lambda: hub._tasks == before)
    [record] = caplog.records
    assert (record.name, record.levelname) == ("stoppress.live", "ERROR")
    assert record.getMessage() == "a task of the hub failed: no"
    assert record.exc_info[0] is OSError


async def test_each_event_loop_has_a_hub_until_it_is_stopped(transactional_db, board):
    hub = running_hub()
    assert running_hub() is hub
    await stop_hub()
    await stop_hub()  # again, which is nothing new
    other = running_hub()
    assert other is not hub
    await stop_hub()


def test_the_hub_of_a_loop_that_was_closed_is_abandoned(transactional_db, board):
    async def start():
        return running_hub()

    async def start_another():
        running_hub()
        assert left.watch.wake not in hints._listeners
        assert asyncio.get_running_loop() in hubs._hubs and len(hubs._hubs) == 1
        await stop_hub()

    loop = asyncio.new_event_loop()
    left = loop.run_until_complete(start())
    assert left.watch.wake in hints._listeners
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))  # the turn in which they end
    loop.close()
    asyncio.run(start_another())
