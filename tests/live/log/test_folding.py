from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoppress import live
from stoppress.live.log import trimming
from stoppress.live.log.extents import walk
from stoppress.live.log.folding import fold_streams
from stoppress.live.log.history import read_head
from stoppress.live.log.retelling import retell_stream
from stoppress.live.log.trimming import trim_steps, trim_streams
from stoppress.live.models import LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from tests.live.asking import until
from tests.live.conftest import put
from tests.live.reader import Reader, say

from .lock_waits import stream_locked

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

DAY = timedelta(days=1)


def put_all(count, stream="board"):
    with live.atomic():
        for number in range(count):
            put(f"k{number:05}", stream=stream)


def fall_quiet(stream, days=31):
    """Make all events of a stream older."""
    LoggedEvent.objects.filter(stream=stream).update(time=timezone.now() - days * DAY)


def fold(**more):
    return trim_streams(timezone.now(), **more)


def positions(stream):
    return list(LoggedEvent.objects.filter(stream=stream).values_list("position", flat=True))


def whole(stream):
    """Return whether a stream's log still begins at its first event."""
    return read_head(stream).floor.position == 0


def test_a_quiet_stream_keeps_its_head_only_and_another_keeps_all():
    put_all(3, "other:quiet")
    put_all(3, "other:fresh")
    fall_quiet("other:quiet")
    head = read_head("other:quiet").cursor
    assert fold() == 3
    assert positions("other:quiet") == [] and positions("other:fresh") == [1, 2, 3]
    assert read_head("other:quiet").cursor == read_head("other:quiet").floor == head
    put("later", stream="other:quiet")
    assert positions("other:quiet") == [4] and read_head("other:quiet").floor == head
    assert fold() == 0


def test_one_young_event_keeps_all_of_them():
    put_all(3, "other:x")
    fall_quiet("other:x")
    put("young", stream="other:x")
    assert fold() == 0 and whole("other:x")


def test_the_setting_defines_quiet_and_the_kept_hours_are_its_minimum(settings):
    put_all(2, "other:x")
    fall_quiet("other:x", days=5)
    assert fold() == 0
    settings.STOPPRESS_LIVE = {"KEEP_QUIET_DAYS": 0}
    assert fold() == 0 and fold(keep_quiet_days=6) == 0
    settings.STOPPRESS_LIVE = {"KEEP_QUIET_DAYS": 4, "KEEP_HOURS": 6 * 24}
    assert fold() == 0
    settings.STOPPRESS_LIVE = {"KEEP_QUIET_DAYS": 4}
    assert fold() == 2


def test_a_long_quiet_stream_goes_in_parts_of_the_usual_size(monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 4)
    put_all(10, "other:x")
    fall_quiet("other:x")
    head = read_head("other:x").cursor
    steps = list(trim_steps(timezone.now()))
    assert [step.gone for step in steps] == [4, 4, 2, 0]
    assert read_head("other:x").floor == head


def test_a_transaction_folds_many_short_streams_and_no_more_events_than_a_batch(monkeypatch):
    monkeypatch.setattr(trimming, "BATCH_EVENTS", 7)
    names = [f"other:{number}" for number in range(10)]
    for name in names:
        put_all(2, name)
        fall_quiet(name)
    with CaptureQueriesContext(connection) as queries:
        gone = [step.gone for step in trim_steps(timezone.now())]
    assert gone == [6, 6, 6, 2, 0]
    touching = [q["sql"] for q in queries if "stoppress_live_" in q["sql"]]
    assert len(touching) == 1 + 3 * 4  # the walk; of each: lock, delete, raise the floors
    assert all(read_head(name).floor.position == 2 for name in names)


def test_the_rows_of_a_restarted_stream_are_deleted_too_and_its_floor_stays():
    put_all(3, "other:x")
    retell_stream("other:x")
    floor = read_head("other:x").floor
    LoggedEvent.objects.create(
        stream="other:x",
        position=4,
        link="0" * 16,
        uid=b"",
        time=timezone.now() - 31 * DAY,
        event="tent.changed",
        op="put",
        key="tent:1",
    )
    assert fold() == 1
    assert read_head("other:x").floor == read_head("other:x").cursor == floor
    assert floor.position == 4


def test_an_event_after_a_stream_was_found_quiet_saves_it():
    put_all(2, "other:x")
    put_all(2, "other:y")
    found = {extent.stream: extent.head for extents in walk("default") for extent in extents}
    put("late", stream="other:x")
    assert fold_streams(found, "default") == 2
    assert whole("other:x") and positions("other:x") == [1, 2, 3]
    assert positions("other:y") == []


def test_the_same_position_of_another_history_is_another_head():
    put_all(2, "other:x")
    assert fold_streams({"other:x": Cursor(2, "0" * 16)}, "default") == 0
    assert positions("other:x") == [1, 2]


@pytest.mark.backend("postgres")
def test_folding_skips_a_locked_stream_on_postgres():
    for name in ("other:x", "other:y", "other:z"):
        put_all(2, name)
        fall_quiet(name)
    with stream_locked("other:y"):
        assert fold() == 4
    assert positions("other:y") == [1, 2]
    assert fold() == 2


async def test_a_reader_at_the_head_of_a_folded_stream_continues_and_one_before_it_gets_a_snapshot(
    hub,
):
    first = await Reader(hub).join("board")
    start = first.cursor()
    await say("k1", "k2")
    await first.until(2)
    head = first.cursor()
    await sync_to_async(fall_quiet)("board")
    assert await sync_to_async(fold)() == 2
    await until(lambda: str(hub.streams["board"].floor) == head)
    old = await Reader(hub).join(board=start)
    assert [f["reason"] for f in old.of("snapshot")] == ["trimmed"] and not old.of("event")
    assert old.cursor() == head
    current = await Reader(hub).join(board=head)
    assert [f["type"] for f in current.sink.frames] == ["hello", "live"]
    await say("k3")
    for reader in (first, old, current):
        await reader.until(1 if reader is not first else 3)
        assert reader.of("event")[-1]["key"] == "k3"
        assert reader.of("event")[-1]["after"] == head
    assert [f["reason"] for f in first.of("snapshot")] == ["start"]


async def test_a_process_that_starts_later_sees_the_same_folded_stream(hub):
    await say("k1", "k2")
    head = str((await sync_to_async(read_head)("board")).cursor)
    await sync_to_async(fall_quiet)("board")
    await sync_to_async(fold)()
    current = await Reader(hub).join(board=head)
    assert [f["type"] for f in current.sink.frames] == ["hello", "live"]
    for cursor, reason in [
        (f"1-{head[2:]}", "trimmed"),
        (f"2-{'0' * 16}", "fork"),
        (f"3-{head[2:]}", "ahead"),
    ]:
        reader = await Reader(hub).join(board=cursor)
        assert [f["reason"] for f in reader.of("snapshot")] == [reason]


def test_a_withdrawal_after_folding_reaches_the_streams_that_show_the_key():
    put("a", stream="other:x")
    fall_quiet("other:x")
    fold()
    live.redact("a", "thing.withdrawn", shown_in=["other:x"])
    [row] = LoggedEvent.objects.all()
    assert (row.stream, row.position, row.op, row.redacts) == ("other:x", 2, "remove", True)
