"""The hub: one for each event loop, with its tasks, its readers and what they are sent."""

import asyncio
import threading

from django.db import connections

from stoppress.live import metrics
from stoppress.live.build import build
from stoppress.live.delivery import sends
from stoppress.live.delivery.connection import Connection
from stoppress.live.hub import hub as hubs
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.protocol.refusals import not_allowed
from stoppress.live.relays import hints
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.kernel import WiredLine
from tests.live.reader import ListSink, Reader, say

from .watchman import Asked


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
    hubs._say_goodbye()  # it reaches nobody, and nothing fails
    asyncio.run(start_another())


async def test_reads_have_eight_threads_and_the_watch_has_one(transactional_db, board):
    def threads():
        return {each for each in threading.enumerate() if each.name.startswith("stoppress-reader")}

    before, go = threads(), threading.Event()
    hub = running_hub()
    pools = [hub.reads, hub.watch._reads]
    waiting = [asyncio.create_task(pool.run(go.wait, 60)) for pool in pools for _ in range(20)]
    await asyncio.sleep(0)  # the turn in which all of them ask for a thread
    started = threads() - before
    go.set()
    await asyncio.gather(*waiting)
    await stop_hub()
    assert len(started) == hubs.READ_THREADS + 1 == 9


async def test_the_metrics_name_the_build(transactional_db, board):
    told = metrics.BUILD.labels(build())
    told.set(0)
    running_hub()
    assert counted(metrics.BUILD, build()) == 1
    await stop_hub()


async def test_signals_are_handled_once_from_the_first_reader_on(hub, monkeypatch):
    heard = []
    monkeypatch.setattr(hubs, "hear", heard.append)  # no signal comes
    await hub.stream("board")
    assert heard == []
    for _ in range(2):
        await Reader(hub).join("board")
    assert heard == [hubs._say_goodbye]


async def test_the_timekeeper_drops_old_streams_and_readers_that_lost_their_right_to_read(
    hub, settings
):
    settings.STOPPRESS_LIVE = {"RING_IDLE": 50}
    stays, refused = [await Reader(hub).join("board") for _ in range(2)]
    refused.connection.guard = guard = Asked(not_allowed("board"))
    guard.answer.set()
    hub.timekeeper.add(refused.connection)
    (await hub.stream("other:old")).idle_since = hub.now() - 51
    await hub.timekeeper._step(0)
    assert set(hub.streams) == {"board"}
    await until(lambda: hub.connections == {stays.connection})
    assert refused.sink.closed == (4403, "you may not read board")


async def test_a_reader_that_cannot_be_sent_the_heartbeat_of_its_row_leaves(
    hub, kernel, monkeypatch
):
    reader = Reader(hub)
    reader.sink = WiredLine(kernel, lambda frame, data: None)
    reader.connection = Connection(reader.sink, "ws")
    await reader.join("board")
    await say("a")
    await reader.until(1)
    [row] = hub.streams["board"].audience.rows
    monkeypatch.setattr(sends, "_send", None)  # the system's call: none
    await hub.timekeeper._beat_rows(row.slot)
    assert not hub.connections


async def test_a_hub_has_one_companion_of_each_class(hub):
    class Companion:
        def __init__(self, hub):
            self.hub = hub

    class Other(Companion):
        pass

    one = hub.companion(Companion)
    assert one.hub is hub and hub.companion(Companion) is one
    assert type(hub.companion(Other)) is Other and hub.companion(Companion) is one


async def test_a_failed_task_is_logged_and_a_cancelled_one_is_not(hub, caplog):
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


def readers(transport="ws"):
    return counted(metrics.READERS, transport)


async def test_a_reader_counts_from_its_hello_until_it_leaves_once(hub):
    before = readers()
    reader = await Reader(hub).join("board")
    subscription = reader.connection.subscriptions[0]
    stream = hub.streams["board"]
    assert readers() == before + 1 and set(stream.audience) == {subscription}
    stream.idle_since = 0.0
    for _ in range(2):
        hub.leave(reader.connection)
        assert readers() == before and not reader.connection.open
    assert not stream.audience and 0 <= hub.now() - stream.idle_since < 60
    assert reader.connection not in hub.connections


async def test_a_polling_reader_is_counted_until_its_next_poll_is_due(hub, settings):
    settings.STOPPRESS_LIVE = {"POLL_SECONDS": 0.1}
    before = readers("poll")
    poll = await Reader(hub, transport="poll").join("board")
    hub.leave(poll.connection)
    assert readers("poll") == before + 1
    await until(lambda: readers("poll") == before)


async def test_an_internal_connection_is_no_reader_and_stays_after_the_goodbye(hub):
    before, sink = readers(), ListSink()
    own = Connection(sink, "")
    await hub.join(own, {"board": None}, False)
    await until(lambda: "live" in [frame["type"] for frame in sink.frames])
    assert not hub.connections and readers() == before
    await hub.farewell.say("restart", 7)
    assert own.open
    await say("a")
    await until(lambda: "a" in [frame.get("key") for frame in sink.frames])
    hub.leave(own)
    assert not hub.streams["board"].audience


async def test_a_connection_pumped_after_its_end_leaves(hub):
    one, other = await Reader(hub).join("board"), await Reader(hub).join("board")
    one.connection.open = False
    for reader in (one, other):
        hub.pump(reader.connection)
    assert hub.connections == {other.connection}


async def test_events_of_writers_in_many_threads_are_read_once_each_and_in_order(hub):
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


async def test_a_heartbeat_has_the_cursors_that_the_connection_was_sent(
    settings, transactional_db, board
):
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
