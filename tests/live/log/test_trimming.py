import asyncio
import random
import threading
import time
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress import live
from stoppress.live.log import trimming
from stoppress.live.log.beginning import first_cursor, installation
from stoppress.live.log.trimming import Step, trim_steps, trim_streams
from stoppress.live.models import LoggedEvent, StreamHead
from tests.effort import no_more_cpu_than
from tests.live.asking import until
from tests.live.conftest import put
from tests.live.reader import Reader, say
from tests.services.full_disk import files_no_larger_than
from tests.services.stand_in import StandIn

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

HOUR = timedelta(hours=1)


def put_all(count, stream="board", first=1):
    with live.atomic():
        for number in range(first, first + count):
            put(f"k{number:05}", stream=stream)


def age(hours, upto, stream="board"):
    """Make the events up to a position older."""
    events = LoggedEvent.objects.filter(stream=stream, position__lte=upto)
    events.update(time=timezone.now() - hours * HOUR)


def positions(stream="board"):
    events = LoggedEvent.objects.filter(stream=stream).order_by("position")
    return list(events.values_list("position", flat=True))


def trim(keep=0, hours=0, **more):
    return trim_streams(timezone.now(), keep_events=keep, keep_hours=hours, **more)


def in_threads(*works):
    """Run functions beside each other; raise what one of them has raised."""
    errors = []

    def run(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_the_newest_events_are_kept_and_the_floor_is_the_last_deleted_one():
    put_all(10)
    put_all(3, "other:x")
    gone = LoggedEvent.objects.get(stream="board", position=6)
    assert trim(keep=4) == 6
    assert positions() == [7, 8, 9, 10] and positions("other:x") == [1, 2, 3]
    head = StreamHead.objects.get(name="board")
    assert (head.head, head.floor, head.floor_link) == (10, 6, gone.link)
    assert trim(keep=4) == 0
    put("more")
    assert trim(keep=4) == 1 and positions() == [8, 9, 10, 11]


def test_number_or_age_decides_whichever_keeps_more():
    put_all(10)
    age(hours=3, upto=6)
    assert trim(keep=2, hours=4) == 0
    assert trim(keep=8, hours=2) == 2
    assert trim(keep=2, hours=2) == 4 and positions() == [7, 8, 9, 10]


def test_an_old_event_after_a_young_one_stays_since_the_log_has_no_hole():
    put_all(4)
    age(hours=3, upto=4)
    LoggedEvent.objects.filter(position=2).update(time=timezone.now())
    assert trim(hours=2) == 1 and positions() == [2, 3, 4]


def test_the_settings_are_the_default_of_the_arguments(settings):
    settings.STOPPRESS_LIVE = {"KEEP_EVENTS": 3, "KEEP_HOURS": 1}
    put_all(5)
    assert trim_streams(timezone.now()) == 0
    assert trim_streams(timezone.now() + 2 * HOUR) == 2
    settings.STOPPRESS_LIVE = {"KEEP_EVENTS": 0, "KEEP_HOURS": 10**12}
    assert trim_streams(timezone.now()) == 0


def test_a_log_that_was_trimmed_away_continues_from_its_floor():
    put_all(3)
    assert trim() == 3 and positions() == []
    head = StreamHead.objects.get(name="board")
    assert (head.floor, head.floor_link) == (head.head, head.link)
    put("after")
    assert positions() == [4]
    assert head.floor_link != first_cursor("board", installation("default")).link


def test_many_events_are_deleted_in_small_transactions_each_with_a_notice(monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 4)
    put_all(10)
    put_all(5, "other:x")
    told = []
    assert trim(keep=1, progress=lambda *what: told.append(what)) == 13
    assert told == [("board", 4), ("board", 4), ("board", 1), ("other:x", 4)]


def test_a_trim_works_in_steps_and_the_next_trim_does_the_rest(monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 4)
    put_all(10)
    steps = trim_steps(timezone.now(), keep_events=0, keep_hours=0)
    assert len(positions()) == 10
    assert next(steps) == Step("board", 4) and len(positions()) == 6
    assert [*steps] == [Step("board", 4), Step("board", 2), Step("board", 0)]
    put_all(10)
    for _ in trim_steps(timezone.now(), keep_events=0, keep_hours=0):
        break
    assert positions() == [*range(15, 21)] and trim() == 6


def test_fifty_thousand_streams_cost_one_query_and_four_for_each_stream_to_trim():
    put_all(5, "other:x")
    put_all(5, "other:y")
    heads = [
        StreamHead(name=f"other:{n}", head=1, link="0" * 16, floor=0, floor_link="0" * 16)
        for n in range(50_000)
    ]
    StreamHead.objects.bulk_create(heads, batch_size=5_000)
    with CaptureQueriesContext(connection) as queries, no_more_cpu_than(5.0):
        assert trim(keep=3) == 4
    reads = [q["sql"] for q in queries if "stoppress_live_" in q["sql"]]
    assert len(reads) == 1 + 2 * 4  # of each: lock, look, delete, raise the floor


def test_a_withdrawal_works_on_a_trimmed_log_too():
    put("a", 1, text="the withdrawn words")
    put("a", 1, stream="other:x", text="the withdrawn words")
    put("b", 1)
    trim(keep=1)
    live.redact("a", "thing.withdrawn", version=2, shown_in=["board"])
    rows = LoggedEvent.objects.order_by("stream", "position")
    told = [(r.stream, r.position, r.op, r.redacted, r.redacts) for r in rows]
    assert told == [
        ("board", 2, "put", False, False),
        ("board", 3, "remove", False, True),
        ("other:x", 1, "put", True, False),
        ("other:x", 2, "remove", False, True),
    ]
    assert not rows.filter(item__contains="withdrawn words").exists()
    assert trim() == 4


def test_writers_and_two_trims_leave_a_log_without_a_gap(monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 7)
    put_all(200)

    def write():
        for number in range(60):
            put(f"late{number}")  # which fails where the lock is held for too long

    def trim_all():
        for keep in (150, 100, 50, 20, 20, 20):
            trim(keep=keep)

    in_threads(write, write, trim_all, trim_all)
    trim(keep=20)
    assert positions() == list(range(301, 321))
    head = StreamHead.objects.get(name="board")
    assert (head.head, head.floor) == (320, 300)


def test_a_locked_stream_is_left_to_the_next_call(settings, caplog):
    settings.STOPPRESS_LIVE = {"LOCK_SECONDS": 0.1}
    put_all(5)
    put_all(5, "other:x")
    holds, release = threading.Event(), threading.Event()

    def hold():
        with live.atomic():
            StreamHead.objects.filter(name="board").update(head=5)
            holds.set()
            assert release.wait(10)

    def trim_meanwhile():
        assert holds.wait(10)
        if connection.vendor == "sqlite":
            connection.settings_dict = connection.settings_dict | {
                "OPTIONS": connection.settings_dict["OPTIONS"] | {"timeout": 0.1}
            }
        trimmed.append(trim(keep=1, left=left.append))
        if connection.vendor == "postgresql":
            put_all(5, "other:y")
        with pytest.raises(CommandError) as refused:
            call_command("trim", "--keep", "2")
        told.append(str(refused.value))
        release.set()

    trimmed, left, told = [], [], []
    in_threads(hold, trim_meanwhile)
    one_lock = connection.vendor == "sqlite"
    assert trimmed == [0 if one_lock else 4]
    assert left == (["board", "other:x"] if one_lock else ["board"])
    assert told[0].startswith(
        "0 events were trimmed. Not trimmed, because their lock is held: board, other:x."
        if one_lock
        else "3 events were trimmed. Not trimmed, because their lock is held: board."
    )
    assert "not trimmed, since another transaction holds the lock: board" in caplog.text
    trim(keep=1)
    assert positions() == [5] and positions("other:x") == [5]


async def test_a_cursor_below_the_floor_gets_a_snapshot_and_one_at_it_resumes(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 1}
    first = await Reader(hub).join("board")
    cursors = {0: first.cursor()}
    for number in range(1, 7):
        await say(f"k{number}")
        await first.until(number)
        cursors[number] = first.cursor()
    await sync_to_async(trim)(keep=4)
    back = await Reader(hub).join(board=cursors[2])
    assert [f["type"] for f in back.sink.frames] == ["hello", *["event"] * 4, "live"]
    late = await Reader(hub).join(board=cursors[1])
    assert [f["reason"] for f in late.of("snapshot")] == ["trimmed"] and not late.of("event")
    assert [f["type"] for f in first.sink.frames] == ["hello", "snapshot", "live", *["event"] * 6]


@pytest.fixture
def only_woken(settings):
    """No look at the log but after a wake-up; asked for before the hub begins to wait."""
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 600}


async def test_memory_forgets_trimmed_events_without_waiting_for_the_safety_poll(only_woken, hub):
    first = await Reader(hub).join("board")
    cursor = first.cursor()
    await say("k1")
    await first.until(1)
    looks = hub.watch.done
    await sync_to_async(trim)()
    await until(lambda: hub.watch.done > looks)
    late = await Reader(hub).join(board=cursor)
    assert [f["reason"] for f in late.of("snapshot")] == ["trimmed"] and not late.of("event")


async def test_a_replay_whose_next_page_is_gone_ends_in_a_snapshot_and_not_in_a_gap(hub, settings):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 5}
    start = await Reader(hub).join("board")
    cursor = start.cursor()
    await sync_to_async(put_all)(1200)
    await start.until(1200)
    reader = Reader(hub)
    reader.sink.stalled = True
    joining = asyncio.create_task(reader.join(full=True, board=cursor))
    async with asyncio.timeout(10):
        while not reader.of("event"):  # it is in the midst of its first page
            reader.sink._pending = 0
            reader.connection.pump()
            await asyncio.sleep(0.001)  # in which the page is read
    await sync_to_async(trim)(keep=100)
    reader.sink.take()
    reader.connection.pump()
    await joining
    # A page that was read before is let go at the next look, since no redaction reaches it now.
    assert 1 <= len(reader.of("event")) <= 500
    assert [f["reason"] for f in reader.of("snapshot")] == ["trimmed"]
    assert_complete_or_reset(reader, cursor)


async def test_readers_that_replay_during_a_trim_are_complete_or_reset(hub, settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 5, "LAG_EVENTS": 100_000}
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 50)
    follower = await Reader(hub).join("board")
    await sync_to_async(put_all)(3000)
    await follower.until(3000)
    starts = [f["cursor"] for f in follower.of("event")]
    random.seed(3)
    # The first is the slowest and has most to read; the last has nothing.
    begins = [starts[0], *(random.choice(starts) for _ in range(28)), starts[-1]]
    readers = [(Reader(hub), cursor) for cursor in begins]
    for reader, _ in readers:
        reader.sink.stalled = True
    joins = [
        asyncio.create_task(reader.join(full=True, board=cursor)) for reader, cursor in readers
    ]

    def trim_and_write(keep):
        trim(keep=keep)
        put(f"late{keep}")

    for keep in range(3000, 99, -100):
        trimming_them = asyncio.create_task(
            asyncio.to_thread(in_threads, lambda keep=keep: trim_and_write(keep))
        )
        for _ in range(10):  # as many on any machine
            for number, (reader, _) in enumerate(readers):
                for _ in range(1 + number * 3):  # some read slowly, some fast
                    reader.sink._pending = 0
                    reader.connection.pump()
            await asyncio.sleep(0.003)  # the pace of the readers
        await trimming_them
    for reader, _ in readers:
        reader.sink.take()
        reader.connection.pump()
    await asyncio.gather(*joins)
    await say("last")
    async with asyncio.timeout(60):
        while not all(reader.keys()[-1:] == ["last"] for reader, _ in readers):
            await asyncio.sleep(0.005)  # between two looks
    resets = [assert_complete_or_reset(reader, cursor) for reader, cursor in readers]
    assert resets[0] and not resets[-1]


def assert_complete_or_reset(reader, cursor):
    """Return how many snapshots a reader was given who went on from a cursor."""
    assert reader.sink.closed is None
    resets = 0
    for frame in reader.sink.frames:
        if frame["type"] == "snapshot":
            assert frame["reason"] == "trimmed"
            resets += 1
        elif frame["type"] == "event":
            assert frame["after"] == cursor
        if frame["type"] in ("snapshot", "event"):
            cursor = frame["cursor"]
    assert resets <= 1
    return resets


def test_the_command_prints_the_result(capsys, settings):
    settings.STOPPRESS_LIVE = {"KEEP_EVENTS": 4, "KEEP_HOURS": 48}
    put_all(10)
    call_command("trim")
    assert capsys.readouterr().out == (
        "0 events were trimmed. Kept of each stream: the newest 4 and all of the last 48 hours, "
        "but none where no event came for 30 days.\n"
    )
    call_command("trim", "--keep", "3")
    assert capsys.readouterr().out == (
        "7 events were trimmed. Kept of each stream: the newest 3.\n"
    )
    assert positions() == [8, 9, 10]
    call_command("trim", "--keep", "0")
    assert capsys.readouterr().out == "3 events were trimmed. Kept of each stream: no event.\n"


def test_the_command_folds_quiet_streams_and_removes_heads_of_deleted_ones(capsys):
    for name in ("board", "other:none"):
        put_all(3, name)
        age(31 * 24, upto=3, stream=name)
    call_command("trim", "--keep", "3")
    assert capsys.readouterr().out.startswith("0 events were trimmed.")
    call_command("trim")
    assert capsys.readouterr().out == (
        "6 events were trimmed. Kept of each stream: the newest 10000 and all of the last 48 "
        "hours, but none where no event came for 30 days. Removed heads of streams that are gone: "
        "1.\n"
    )
    assert [head.name for head in StreamHead.objects.all()] == ["board"]


def test_an_interrupted_command_prints_its_result_and_the_next_one_continues(capsys, monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 4)
    put_all(10)
    pauses = []

    def interrupt(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    clock = StandIn(time, sleep=interrupt)
    monkeypatch.setattr(trimming, "time", clock)  # where a person would press Ctrl-C
    with pytest.raises(KeyboardInterrupt):
        call_command("trim", "--keep", "0")
    monkeypatch.undo()
    assert "Interrupted. 8 events were trimmed" in capsys.readouterr().err
    assert positions() == [9, 10]
    assert trim() == 2


@pytest.mark.parametrize("keep", ["many", "-1", "1.5"])
def test_an_invalid_number_is_refused_with_a_message(keep):
    with pytest.raises(CommandError, match=f"a whole number, 0 or more; it is '{keep}'"):
        call_command("trim", f"--keep={keep}")


@pytest.mark.backend("sqlite")
def test_the_command_fails_on_a_full_disk_and_prints_its_result():
    put_all(1200)
    with connection.cursor() as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (
        files_no_larger_than(0),
        pytest.raises(CommandError, match="^0 events were trimmed, then the database reported"),
    ):
        call_command("trim", "--keep", "0")
    assert len(positions()) == 1200
