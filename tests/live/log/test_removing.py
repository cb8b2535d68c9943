import logging

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.log import removing
from stoppress.live.log.beginning import held_installation
from stoppress.live.log.history import read_head
from stoppress.live.log.removing import remove_gone_heads, remove_heads
from stoppress.live.log.trimming import trim_streams
from stoppress.live.models import Installation, StreamHead
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.live.publishing.registry import is_gone
from stoppress.live.readers.signouts import STREAM
from tests.live.conftest import put
from tests.live.reader import Reader, say

from .lock_waits import stream_locked
from .test_trimming import in_threads

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def put_all(count, stream):
    with live.atomic():
        for number in range(count):
            put(f"k{number}", stream=stream)


def trim(keep=0):
    trim_streams(timezone.now(), keep_events=keep, keep_hours=0)


def heads():
    return set(StreamHead.objects.values_list("name", flat=True))


def test_a_stream_is_gone_if_the_site_denies_it_or_has_no_such_pattern():
    assert is_gone("other:none") and is_gone("nobody:x")
    assert not is_gone("other:x") and not is_gone("board") and not is_gone(STREAM)
    assert not is_gone("live:of-a-later-version")


def test_the_heads_of_folded_streams_that_are_gone_are_removed(monkeypatch):
    monkeypatch.setattr(removing, "HEADS_A_STEP", 2)
    for name in ("other:a", "other:b", "other:c", "other:d", "other:e"):
        put_all(2, name)
    trim()
    put("later", stream="other:d")
    gone = {"other:a", "other:c", "other:d"}
    steps = list(remove_gone_heads(gone.__contains__))
    assert [step.heads for step in steps] == [1, 1, 0]
    assert heads() == {"other:b", "other:d", "other:e"}
    assert list(remove_gone_heads(gone.__contains__))[-1].stream == "other:e"


def test_a_stream_with_events_keeps_its_head_and_they_stay():
    put_all(2, "other:x")
    assert remove_heads(["other:x"], "default") == 0
    StreamHead.objects.update(floor=2)  # as if a log had begun anew there: it still has its rows
    assert remove_heads(["other:x"], "default") == 0
    assert heads() == {"other:x"} and Installation.objects.get().first == 0


def test_a_stream_that_comes_back_begins_above_every_position_that_was_removed():
    put_all(3, "other:x")
    put_all(5, "other:y")
    unwritten = read_head("other:z").cursor
    trim()
    known = {name: read_head(name).cursor for name in ("other:x", "other:y")}
    assert remove_heads(["other:y"], "default") == 1
    assert read_head("other:x").cursor == known["other:x"]
    for name in ("other:y", "other:z"):
        begin = read_head(name)
        assert begin.cursor == begin.floor and begin.cursor.position == 6
        put("again", stream=name)
        assert read_head(name).floor == begin.cursor
        assert read_head(name).cursor.position == 7
    assert unwritten.position == 0
    trim()
    assert remove_heads(["other:x"], "default") == 1
    # Not only above its own: nobody knows for each stream how far it once was.
    assert read_head("other:x").cursor.position == 7


def test_each_removal_uses_new_links_because_a_backup_may_bring_the_position_back():
    put_all(3, "other:x")
    trim()
    [backup] = StreamHead.objects.all()
    remove_heads(["other:x"], "default")
    lost = read_head("other:x").cursor
    backup.save()
    Installation.objects.update(first=0)
    remove_heads(["other:x"], "default")
    again = read_head("other:x").cursor
    assert again.position == lost.position and again.link != lost.link


def test_a_stream_whose_check_fails_is_kept(caplog):
    put_all(2, "other:x")
    put_all(2, "other:y")
    trim()

    def ask(name):
        if name == "other:x":
            raise ZeroDivisionError
        return True

    assert sum(step.heads for step in remove_gone_heads(ask)) == 1
    assert heads() == {"other:x"} and "the stream other:x still exists" in caplog.text


@pytest.mark.backend("postgres")
def test_removing_skips_locked_heads_on_postgres():
    put_all(2, "other:x")
    put_all(2, "other:y")
    trim()
    with stream_locked("other:x"):
        assert remove_heads(["other:x", "other:y"], "default") == 1
    assert heads() == {"other:x"}


async def test_readers_of_a_removed_stream_and_of_one_never_written_get_a_snapshot(hub, caplog):
    caplog.set_level(logging.WARNING, "stoppress.live")
    reader = await Reader(hub).join("board")
    empty = await Reader(hub).join("other:x")
    start, never = reader.cursor(), empty.cursor("other:x")
    await say("k1", "k2")
    await reader.until(2)
    head = reader.cursor()
    await sync_to_async(trim)()
    assert await sync_to_async(remove_heads)(["board"], "default") == 1
    await reader.until(2, "snapshot")
    await empty.until(2, "snapshot")
    for each in (reader, empty):
        assert each.of("snapshot")[1]["reason"] == "trimmed"
    await say("k3")
    await reader.until(3)
    assert reader.of("event")[-1]["after"] == reader.of("snapshot")[-1]["cursor"]
    for cursor in (start, head, f"1-{head[2:]}"):
        back = await Reader(hub).join(board=cursor)
        assert [f["reason"] for f in back.of("snapshot")] == ["trimmed"]
        assert back.sink.frames[1]["type"] == "snapshot" and back.cursor() == reader.cursor()
    late = await Reader(hub).join(**{"other:x": never})
    assert [f["reason"] for f in late.of("snapshot")] == ["trimmed"]
    # It is no history that was rewritten, and no page is at a cursor that is unknown.
    assert not caplog.records
    assert await hub.holds("board", parse_cursor(head))
    assert await hub.holds("other:x", parse_cursor(never))


async def test_a_reader_that_comes_back_to_a_stream_that_came_back_misses_nothing(hub):
    await say("k1", "k2")
    old = str((await sync_to_async(read_head)("board")).cursor)
    await sync_to_async(trim)()
    await sync_to_async(remove_heads)(["board"], "default")
    # As many events as before, and more.
    await say("k3", "k4", "k5", "k6")
    back = await Reader(hub).join(board=old)
    assert [f["reason"] for f in back.of("snapshot")] == ["trimmed"]
    assert {i["key"] for i in back.of("snapshot")[0]["items"]} == {"k3", "k4", "k5", "k6"}


@pytest.mark.backend("postgres")
def test_no_head_is_removed_while_a_stream_begins_and_many_streams_may_begin():
    def remove():
        with transaction.atomic():
            Installation.objects.select_for_update(nowait=True).get()

    def begin():
        with transaction.atomic():
            held_installation("default")

    with transaction.atomic():
        held_installation("default")
        in_threads(begin)
        with pytest.raises(OperationalError):
            in_threads(remove)
    in_threads(remove)


def test_a_lost_database_ends_the_search_at_once():
    put_all(1, "other:a")
    put_all(1, "other:b")
    trim()
    asked = []

    def is_gone(name):
        asked.append(name)
        raise OperationalError("the connection is lost")

    with pytest.raises(OperationalError):
        list(remove_gone_heads(is_gone))
    assert len(asked) == 1
