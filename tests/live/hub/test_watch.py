import asyncio
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone

from stoppress.live import metrics
from stoppress.live.hub import queries
from stoppress.live.hub import watch as watches
from stoppress.live.log.history import Head
from stoppress.live.log.trimming import trim_streams
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from tests.live.asking import counted, until
from tests.live.delivery.test_open_stream import come, stream_of
from tests.live.delivery.test_ring import START, frames
from tests.live.reader import say


async def test_a_watch_is_settled_after_a_look_until_a_wake_up(hub):
    watch, begun = hub.watch, time.monotonic()
    assert not watch.settled(begun)
    await watch.look()
    await until(lambda: watch.settled(begun))  # the relay wakes it as it starts
    assert watch.settled(watch._looked_at)
    assert not watch.settled(time.monotonic())
    watch.wake()
    await asyncio.sleep(0)  # the turn in which it is woken
    assert not watch.settled(begun)
    await until(lambda: watch.settled(begun))


async def test_a_commit_unsettles_the_watch_before_its_publisher_is_answered(hub):
    await hub.stream("board")
    for key in ("a", "b", "c"):
        before = hub.streams["board"].ring.head
        await until(lambda: hub.watch.settled(0.0))
        await say(key)
        assert hub.streams["board"].ring.head != before or not hub.watch.settled(0.0)


async def test_a_look_that_fails_settles_nothing(hub, monkeypatch):
    watch = hub.watch
    await watch.look()
    settled = time.monotonic()

    def fail(*arguments):
        raise OSError("the database is away")

    await hub.stream("board")
    monkeypatch.setattr(queries, "look", fail)  # the database is away
    looked_at = counted(metrics.LOOKED, "default")
    watch.wake()
    await until(lambda: watch.begun > watch.done)
    assert not watch.settled(0.0)
    assert counted(metrics.LOOKED, "default") == looked_at
    monkeypatch.undo()
    await until(lambda: watch.settled(settled))
    assert counted(metrics.LOOKED, "default") > looked_at


@pytest.fixture
async def quiet(hub, settings):
    """A hub that looks when the test has it look, and has the events a, b and c."""
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60, "RING_EVENTS": 2}
    hub.watch.abandon()
    for key in "abc":
        await say(key)
    await hub.stream("board")
    await hub.watch.look()
    return hub


@pytest.fixture
def held(monkeypatch):
    """Hold each look's answer until the test lets go of it."""
    look, begun, go = queries.look, [], threading.Semaphore(0)

    def hold(*arguments):
        begun.append(arguments)
        found = look(*arguments)
        go.acquire(timeout=10)
        return found

    monkeypatch.setattr(queries, "look", hold)  # the real one is called
    yield begun, go
    go.release(100)


async def test_a_watch_that_has_just_begun_has_looked_at_nothing(transactional_db):
    watch, lost = watches.Watch({}, lambda connection: None), counted(metrics.SAFETY_POLL_FOUND)
    try:
        assert (watch.begun, watch.done) == (0, 0) and not watch.settled(0.0)
        watch._count_lost(2, 0.5)
        assert counted(metrics.SAFETY_POLL_FOUND) == lost + 2, "no wake-up has come yet"
    finally:
        await watch.stop()


def growth(head, frames=(), reset=None):
    return queries.Growth(Head(head, START), list(frames), reset)


async def test_a_caller_during_a_look_waits_for_the_next_look(quiet, held):
    begun, go = held
    looks = counted(metrics.READS, "look")
    first = asyncio.create_task(quiet.watch.look())
    await until(lambda: begun)
    late = [asyncio.create_task(quiet.watch.look()) for _ in range(3)]
    await asyncio.sleep(0)  # one turn: they have asked
    go.release()
    await first
    assert not any(task.done() for task in late)
    await until(lambda: len(begun) == 2)
    go.release()
    await asyncio.gather(*late)
    assert len(begun) == 2, "they share one"
    assert counted(metrics.READS, "look") == looks + 2
    assert quiet.watch.begun == quiet.watch.done


async def test_a_caller_that_leaves_during_a_look_does_not_end_it_for_others(quiet, held):
    begun, go = held
    leaves, stays = (asyncio.create_task(quiet.watch.look()) for _ in range(2))
    await until(lambda: begun)
    leaves.cancel()
    go.release(2)
    await stays
    assert len(begun) == 1


async def test_looks_are_repeated_up_to_a_cursor_or_to_the_end(quiet, monkeypatch):
    monkeypatch.setattr(watches, "PAGE_EVENTS", 2)
    stream = quiet.streams["board"]
    looks = quiet.watch.begun
    await quiet.watch.catch_up(stream, stream.ring.head)
    assert quiet.watch.begun == looks, "it is there"
    for key in "defgh":
        await say(key)
    await quiet.watch.catch_up(stream, Cursor(8, "b" * 16))
    assert stream.ring.head.position == 8
    looks = quiet.watch.begun
    await quiet.watch.catch_up(stream, Cursor(99, "b" * 16))
    assert quiet.watch.begun == looks + 1, "nothing more came"


async def test_a_look_reads_only_streams_with_present_or_recent_readers(quiet, monkeypatch):
    monkeypatch.setattr(watches, "FOLLOWED_FOR", 50.0)
    asked, look = [], queries.look

    def told(known, limit):
        asked.append((known, limit))
        return look(known, limit)

    monkeypatch.setattr(queries, "look", told)  # the real one is called
    read, recent, old = [await quiet.stream(f"other:{name}") for name in ("read", "recent", "old")]
    quiet.watch._keeping.cancel()  # the looks are the test's alone
    await quiet.watch.look()
    asked.clear()
    place = come(read, read.ring.head)
    now = quiet.now()
    read.idle_since, recent.idle_since, old.idle_since = 0.0, now - 40, now - 51
    quiet.streams["board"].idle_since = now - 51
    await quiet.watch.look()
    assert asked == [({"other:read": read.ring.head, "other:recent": recent.ring.head}, 500)]
    assert [stream.followed for stream in (read, recent, old)] == [True, True, False]
    old.idle_since = now
    await quiet.watch.look()
    assert old.followed and asked[-1][0].keys() == {"other:read", "other:recent", "other:old"}
    place.unsubscribe(0.0)
    for stream in (recent, old):
        stream.idle_since = 0.0
    looks = counted(metrics.READS, "look")
    await quiet.watch.look()
    assert len(asked) == 2 and counted(metrics.READS, "look") == looks, "there is nothing to read"


async def test_a_rested_stream_is_followed_once_its_missed_events_were_read(quiet, monkeypatch):
    monkeypatch.setattr(watches, "PAGE_EVENTS", 2)
    stream = quiet.streams["board"]
    for key in "def":
        await say(key)
    stream.followed = False
    stream.idle_since = quiet.now()
    known = stream.ring.head
    quiet.watch._keeping.cancel()  # the looks are the test's alone
    await quiet.watch.look()
    assert stream.ring.head.position == known.position + 2
    assert not stream.followed and stream.more
    await quiet.watch.look()
    assert stream.followed and not stream.more


async def test_found_events_count_and_stay_in_memory_up_to_the_limit(quiet):
    stream, events = quiet.streams["board"], counted(metrics.EVENTS)
    reader = come(stream, stream.ring.head)
    reader.connection.pump()
    for key in "def":
        await say(key)
    await quiet.watch.look()
    assert counted(metrics.EVENTS) == events + 3
    assert len(stream.ring) == 2 and stream.ring.head.position == 6
    keys = [frame.get("key") for frame in reader.connection.sink.frames]
    assert keys == [None, "d", "e", "f"]
    assert quiet.watch._found == 3
    await say("g")
    await quiet.watch.look()
    assert quiet.watch._found == 4 and counted(metrics.EVENTS) == events + 4


async def test_a_look_that_left_events_unread_is_followed_by_another(quiet):
    stream = stream_of("a")
    watch = quiet.watch
    watch._keeping.cancel()  # the looks are the test's alone
    watch._woken.clear()
    made = frames("b", after=stream.ring.head)
    watch._take_in(stream, growth(made[-1].cursor, made))
    assert not stream.more and not watch._woken.is_set()
    made = frames("c", after=stream.ring.head)
    watch._take_in(stream, growth(Cursor(99, "b" * 16), made))
    assert stream.more and watch._woken.is_set() and stream.ring.head == made[-1].cursor


@pytest.mark.parametrize(("reset", "level"), [("trimmed", "INFO"), ("fork", "WARNING")])
async def test_a_log_that_does_not_continue_the_ring_starts_anew(quiet, caplog, reset, level):
    caplog.set_level("INFO", "stoppress.live")
    stream = stream_of("a")
    stream.more = True
    place = come(stream, stream.ring.head)
    found, head = quiet.watch._found, Cursor(5, "b" * 16)
    quiet.watch._take_in(stream, growth(head, reset=reset))
    assert stream.ring.head == head and place.reason == reset and not stream.more
    assert 0 <= quiet.now() - stream.restarted_at < 60 and quiet.watch._found == found
    [record] = caplog.records
    assert (record.name, record.levelname) == ("stoppress.live", level)
    assert record.getMessage() == (
        f"stream board does not continue from the known head ({reset}): its readers get a snapshot"
    )


async def test_an_event_whose_wake_up_comes_after_the_look_is_not_counted_as_lost(quiet):
    watch, lost = quiet.watch, counted(metrics.SAFETY_POLL_FOUND)
    watch._be_woken()
    watch._count_lost(2, watch._last_wake)
    watch._count_lost(2, watch._last_wake - 1)
    assert counted(metrics.SAFETY_POLL_FOUND) == lost
    watch._count_lost(2, watch._last_wake + 1)
    assert counted(metrics.SAFETY_POLL_FOUND) == lost + 2


async def test_streams_are_given_their_new_floors(quiet):
    stream = quiet.streams["board"]
    await sync_to_async(trim_streams)(timezone.now(), keep_events=1, keep_hours=0)
    await quiet.watch.look()
    assert stream.floor.position == 2 and stream.ring.start == stream.floor and stream.followed


async def test_no_hint_wakes_a_watch_that_was_abandoned(quiet):
    woken = quiet.watch._wakes
    hints.announce()
    await asyncio.sleep(0)  # the turn in which it would be woken
    assert quiet.watch._wakes == woken
    quiet.watch.wake()
    await asyncio.sleep(0)  # the same
    assert quiet.watch._wakes == woken + 1 and quiet.watch._last_wake <= quiet.now()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("no"), "reading the log failed; trying again"),
        (OperationalError("no"), None),  # it is told as trouble with the database
    ],
)
async def test_a_failed_look_is_logged_and_repeated(
    quiet, settings, monkeypatch, caplog, error, words
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 0.01, "RELAY_POLL": 60}
    look = queries.look

    def fail(*arguments):
        monkeypatch.setattr(queries, "look", look)  # the real one
        raise error

    monkeypatch.setattr(queries, "look", fail)  # the database is away
    done, failed = quiet.watch.done, counted(metrics.LOOKS_FAILED, "default")
    looked_at = counted(metrics.LOOKED, "default")
    quiet.watch.look_soon()
    await until(lambda: quiet.watch.done > done)
    assert counted(metrics.LOOKS_FAILED, "default") == failed + 1
    assert counted(metrics.LOOKED, "default") > looked_at
    told = [record for record in caplog.records if record.exc_info]
    assert [record.getMessage() for record in told] == ([words] if words else [])
    assert all(record.exc_info[1] is error for record in told)
