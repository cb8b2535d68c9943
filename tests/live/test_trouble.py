"""The hub in trouble: what fails, stalls or happens at a bad moment costs no reader an event."""

import asyncio
import gc
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from stoppress import live
from stoppress.live.errors import LiveError
from stoppress.live.hub import queries
from stoppress.live.hub.hub import running_hub
from stoppress.live.models import LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import Refusal, too_slow
from stoppress.live.publishing import registry
from stoppress.live.relays import hints
from stoppress.live.transports.websocket import LiveConsumer

from .asking import until
from .conftest import put
from .hub.log_changes import put_all, rewrite
from .reader import Reader, say


async def stalled(hub, *names, **cursors):
    """Return a reader whose sink takes nothing from the first frame on."""
    reader = Reader(hub)
    reader.sink.stalled = True
    await hub.join(reader.connection, dict.fromkeys(names) | cursors, False)
    return reader


async def test_a_reader_stalled_before_its_snapshot_gets_no_text_that_was_withdrawn_meanwhile(hub):
    texts = [{"key": "a", "order": "a", "version": 1, "text": "withdrawn words"}]
    live.stream("texts", public=True)(lambda limit: list(texts))
    try:
        await say("a", stream="texts", text="withdrawn words")
        watcher, reader = await Reader(hub).join("texts"), await stalled(hub, "texts")
        texts.clear()
        await sync_to_async(live.redact)("a", "thing.withdrawn", version=2)
        await watcher.until(1)
        reader.sink.take()
        reader.connection.pump()
        await reader.until(1, "live")
        assert b"withdrawn words" not in b"".join(reader.sink.data)
        assert reader.of("snapshot")[0]["items"] == []
    finally:
        registry.unregister("texts")


async def test_a_snapshot_that_fails_after_a_fork_sends_the_reader_back_to_its_cursor(hub, board):
    await say("a", "b", "c")
    reader = await Reader(hub).join("board")
    board.broken = True
    await sync_to_async(rewrite)()
    await until(lambda: reader.sink.closed)
    assert reader.sink.closed == (1011, "the stream cannot be read now")
    assert reader.connection not in hub.connections
    board.broken = False
    back = await Reader(hub).join(board=reader.of("snapshot")[0]["cursor"])
    assert back.of("snapshot")[0]["reason"] == "fork"


async def test_a_page_that_cannot_be_read_sends_the_reader_back_to_its_cursor(
    hub, settings, monkeypatch
):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 5}
    start = (await Reader(hub).join("board")).cursor()
    await sync_to_async(put_all)([f"k{n:03}" for n in range(300)])
    await hub.watch.look()
    read_page = queries.read_replay_page

    def away(name, cursor, limit):
        if limit > 1:
            raise LiveError("away")
        return read_page(name, cursor, limit)

    monkeypatch.setattr(queries, "read_replay_page", away)  # the database is away
    code, _ = await Reader(hub).join_in_vain(board=start)
    assert code == 1011
    monkeypatch.setattr(queries, "read_replay_page", read_page)  # it is back
    back = await Reader(hub).join(board=start)
    assert len(back.of("event")) == 300


async def test_a_damaged_log_keeps_no_other_stream_from_its_readers(hub, caplog):
    await say("a", "b", stream="other:x")
    damaged, well = await Reader(hub).join("other:x"), await Reader(hub).join("board")
    await sync_to_async(LoggedEvent.objects.filter(stream="other:x").delete)()
    await say("c", stream="other:x")
    await say("d")
    await well.until(1)
    await damaged.until(2, "snapshot")
    assert damaged.of("snapshot")[1]["reason"] == "fork"
    assert caplog.text.count("has no position") == 1
    await say("e", stream="other:x")
    await damaged.until(1)


async def test_a_reader_that_replays_slowly_but_steadily_is_not_too_slow(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 50, "LAG_EVENTS": 20, "LAG_SECONDS": 30}
    start = (await Reader(hub).join("board")).cursor()
    await sync_to_async(put_all)([f"k{n:03}" for n in range(400)])
    await hub.watch.look()
    reader = Reader(hub)
    reader.sink.stalled = True
    await hub.join(reader.connection, {"board": start}, True)
    # Two rounds of the timekeeper go by while it takes a frame every few milliseconds.
    while len(reader.of("event")) < 400:
        await asyncio.sleep(0.006)  # its pace
        assert reader.sink.closed is None
        reader.sink._pending = 0
        reader.connection.pump()


async def test_a_consumer_that_is_cancelled_leaves_the_hub(hub):
    came = asyncio.Queue()
    came.put_nowait({"type": "websocket.connect"})

    async def send(message):
        pass

    scope = {"type": "websocket", "query_string": b"stream=board", "subprotocols": []}
    task = asyncio.create_task(LiveConsumer.as_asgi()(scope, came.get, send))
    await until(lambda: hub.connections)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not hub.connections


async def test_an_ended_consumer_returns_without_a_message_from_the_server(hub):
    came, sent = asyncio.Queue(), []
    came.put_nowait({"type": "websocket.connect"})

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "query_string": b"stream=board", "subprotocols": []}
    task = asyncio.create_task(LiveConsumer.as_asgi()(scope, came.get, send))
    await until(lambda: hub.connections)
    [connection] = hub.connections
    connection.close(too_slow())
    async with asyncio.timeout(10):
        await task
    assert sent[-1]["code"] == 4002 and not task.cancelling() and not hub.connections


async def test_a_reader_that_joins_while_the_server_leaves_is_refused_with_1012(hub, monkeypatch):
    opening, leave = threading.Event(), threading.Event()
    open_stream = queries.open_stream

    def slowly(name):
        opening.set()
        leave.wait(10)
        return open_stream(name)

    monkeypatch.setattr(queries, "open_stream", slowly)  # calls the real one
    joining = asyncio.create_task(Reader(hub).join("board"))
    await until(opening.is_set)
    await hub.farewell.say("restart", 5)
    leave.set()
    with pytest.raises(Refusal) as refused:
        await joining
    assert refused.value.code == 1012


async def test_an_event_that_comes_while_its_stream_is_opened_is_not_left_to_the_safety_poll(
    settings, transactional_db, board, monkeypatch
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub = running_hub()
    hub.watch.abandon()
    open_stream = queries.open_stream

    def then_publish(name):
        stream = open_stream(name)
        put("meanwhile")
        connections.close_all()
        return stream

    monkeypatch.setattr(queries, "open_stream", then_publish)  # calls the real one
    snapshot = await sync_to_async(live.snapshot)("board")
    reader = await Reader(hub).join(board=str(snapshot.cursor))
    await reader.until(1)
    await hub.stop()


async def test_a_frame_of_another_history_is_never_sent(hub):
    """The last guard: were a reader put after a cursor that the ring does not go on from."""
    await say("a", "b")
    reader = await Reader(hub).join("board")
    subscription = reader.connection.subscriptions[0]
    subscription.place(Cursor(2, "f" * 16), None)
    await say("c")
    await reader.until(2, "snapshot")
    assert reader.of("snapshot")[1]["reason"] == "fork"
    await reader.until(1)
    assert reader.of("event")[0]["after"] == reader.of("snapshot")[1]["cursor"]


def test_the_hub_of_a_closed_loop_is_freed(transactional_db, board):
    async def start():
        return running_hub()

    closed = asyncio.new_event_loop()
    hub = closed.run_until_complete(start())
    for task in asyncio.all_tasks(closed):
        task.cancel()
    closed.run_until_complete(asyncio.sleep(0))  # one turn of the loop
    closed.close()

    async def start_another():
        another = running_hub()
        await another.stop()

    asyncio.run(start_another())
    assert hub.watch.wake not in hints._listeners
    assert not any(isinstance(r, threading.Thread) and r.is_alive() for r in hub.watch._relays)
    gc.collect()


async def test_a_newcomer_to_a_busy_stream_is_given_the_snapshot_that_was_read_for_it(hub):
    taking, told = threading.Event(), threading.Event()

    def slow(limit):
        taking.set()
        told.wait(10)
        return []

    live.stream("busy", public=True)(slow)
    try:
        watcher = asyncio.create_task(Reader(hub).join("busy"))
        await until(taking.is_set)
        # More events than a snapshot serves newcomers come while it is taken.
        await sync_to_async(_busy)()
        await hub.watch.look()
        told.set()
        reader = await watcher
        assert [s["reason"] for s in reader.of("snapshot")] == ["start"]
        await reader.until(60)
    finally:
        registry.unregister("busy")


def _busy():
    with live.atomic():
        for number in range(60):
            put(f"k{number}", stream="busy")


async def test_slow_snapshots_delay_no_events(hub):
    hold = threading.Event()
    live.stream("slow:<name>", public=True)(lambda limit, name: [] if hold.wait(10) else [])
    try:
        reader = await Reader(hub).join("board")
        waiting = [asyncio.create_task(Reader(hub).join(f"slow:{n}")) for n in range(2)]
        await until(lambda: len(hub.streams) == 3)
        await say("a")
        await reader.until(1)
        assert not any(task.done() for task in waiting)
        hold.set()
        await asyncio.gather(*waiting)
    finally:
        hold.set()
        registry.unregister("slow:<name>")


async def test_a_log_that_does_not_reach_its_head_is_a_fork_and_no_busy_loop(hub):
    await say("a", "b", "c")
    last = LoggedEvent.objects.filter(stream="board", position=3)
    await sync_to_async(last.delete)()
    reader = await Reader(hub).join("board")
    for _ in range(3):
        await hub.watch.look()
    looks = hub.watch.begun
    await hub.watch.look()
    assert hub.watch.begun == looks + 1
    await say("d")

    def shown():
        return [i["key"] for frame in reader.of("snapshot") for i in frame["items"]]

    await until(lambda: "d" in shown() + reader.keys())


async def test_a_joiner_that_leaves_during_a_look_leaves_no_other_unwritten(hub, monkeypatch):
    readers = [await Reader(hub).join("board") for _ in range(300)]
    monkeypatch.setattr(hub.watch._woken, "set", lambda: None)  # only the joiner's look will see it
    await say("a")
    row = await sync_to_async(LoggedEvent.objects.get)(stream="board", position=1)
    joiner = Reader(hub)
    asks = {"board": f"1-{row.link}"}
    joining = asyncio.create_task(hub.join(joiner.connection, asks, False))
    while not any(reader.keys() for reader in readers):
        await asyncio.sleep(0)  # one turn of the loop
    joining.cancel()
    await until(lambda: all(reader.keys() for reader in readers))


async def test_a_cursor_more_than_one_page_ahead_of_this_process_is_resumed(hub, monkeypatch):
    await Reader(hub).join("board")
    monkeypatch.setattr(hub.watch._woken, "set", lambda: None)  # every wake-up is lost
    await sync_to_async(put_all)([f"k{n:03}" for n in range(600)])
    row = await sync_to_async(LoggedEvent.objects.get)(stream="board", position=590)
    reader = await Reader(hub).join(board=f"590-{row.link}", full=True)
    assert not reader.of("snapshot") and len(reader.of("event")) == 10
