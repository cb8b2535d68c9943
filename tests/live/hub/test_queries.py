import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.live.clock import MachineClock
from stoppress.live.delivery.ring import Ring
from stoppress.live.hub import queries
from stoppress.live.log.history import read_head
from stoppress.live.models import LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from tests.live.conftest import put
from tests.live.reader import Reader

from .log_changes import trim

pytestmark = pytest.mark.usefixtures("transactional_db", "board")

OTHER = "b" * 16


def write(*keys, stream="board"):
    """Write events; return the cursors before the first and after each."""
    first = read_head(stream).floor
    for key in keys:
        put(key, stream=stream)
    rows = LoggedEvent.objects.filter(stream=stream).order_by("position")
    return [first, *(Cursor(*row) for row in rows.values_list("position", "link"))]


def damage(position):
    """Lose an event from the middle of the log, which the log itself never does."""
    LoggedEvent.objects.filter(stream="board", position=position).delete()


def keys(frames):
    return [frame.key for frame in frames]


def is_told(caplog, words):
    """Return whether that is all that the log of the process says."""
    told = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    return told == [("stoppress.live", "ERROR", words)]


def test_a_stream_exists_if_it_is_registered_and_the_site_confirms_it():
    names = ("board", "other:x", "other:none", "nowhere")
    assert [queries.exists(name) for name in names] == [True, True, False, False]
    assert queries.open_stream("other:none") is queries.open_stream("nowhere") is None


def test_a_stream_is_opened_with_the_last_events_of_the_log(monkeypatch):
    cursors = write(*"abcde")
    trim(1)
    stream = queries.open_stream("board")
    assert (stream.name, stream.floor, stream.named.stream.pattern) == (
        "board",
        cursors[1],
        "board",
    )
    assert (stream.ring.start, stream.ring.head, len(stream.ring)) == (cursors[1], cursors[5], 4)
    monkeypatch.setattr(queries, "RECENT_EVENTS", 2)
    stream = queries.open_stream("board")
    assert (stream.ring.start, stream.ring.head, len(stream.ring)) == (cursors[3], cursors[5], 2)
    assert stream.floor == cursors[1]


@pytest.mark.backend("postgres")
def test_only_the_first_opened_stream_compares_the_clocks(monkeypatch):
    monkeypatch.setattr(queries, "machine_clock", MachineClock())  # it has compared nothing yet
    for times in (1, 0):
        with CaptureQueriesContext(connections["default"]) as captured:
            assert queries.open_stream("board") is not None
        assert sum("EPOCH" in query["sql"] for query in captured) == times


def test_a_stream_of_a_damaged_log_begins_at_its_head(caplog):
    cursors = write(*"abc")
    damage(2)
    stream = queries.open_stream("board")
    assert (stream.ring.start, stream.ring.head, len(stream.ring)) == (cursors[3], cursors[3], 0)
    assert stream.floor == cursors[0] and is_told(caplog, "The log of 'board' has no position 2.")


def test_a_look_finds_new_events_and_the_start_of_each_log():
    cursors, others = write(*"abc"), write("x", stream="other:x")
    found = queries.look({"board": cursors[1], "other:x": others[1]}, 10)
    assert found.growths.keys() == {"board"}, "the other has nothing new"
    growth = found.growths["board"]
    assert keys(growth.frames) == ["b", "c"] and growth.reset is None
    assert growth.head == read_head("board")
    assert found.floors == {"board": cursors[0], "other:x": others[0]}
    ring = Ring(cursors[1])
    ring.extend(growth.frames)
    assert ring.head == cursors[3] and ring.batch(cursors[1]) is not None
    assert keys(queries.look({"board": cursors[0]}, 2).growths["board"].frames) == ["a", "b"]


def test_a_look_gives_the_reason_why_a_log_does_not_continue_a_cursor():
    cursors = write(*"abcd")
    trim(2)
    for known, reset, found in (
        (cursors[1], "trimmed", []),
        (Cursor(1, OTHER), "trimmed", []),
        (cursors[2], None, ["c", "d"]),
        (Cursor(2, OTHER), "fork", []),
        (Cursor(3, OTHER), "fork", []),
        (Cursor(4, OTHER), "fork", []),
        (Cursor(9, OTHER), "fork", []),
    ):
        growth = queries.look({"board": known}, 10).growths["board"]
        assert (growth.reset, keys(growth.frames)) == (reset, found)
        assert growth.head == read_head("board")


def test_a_damaged_log_starts_anew_and_the_others_continue(caplog):
    cursors, others = write(*"abc"), write("x", stream="other:x")
    damage(2)
    found = queries.look({"board": cursors[0], "other:x": others[0]}, 10).growths
    assert (found["board"].reset, found["board"].frames) == ("fork", [])
    assert keys(found["other:x"].frames) == ["x"]
    assert is_told(caplog, "The log of 'board' has no position 2.")


def test_a_page_has_the_events_after_a_cursor_or_the_reason_for_none():
    cursors = write(*"abcd")
    trim(1)
    for cursor, found in (
        (cursors[0], "trimmed"),
        (cursors[1], ["b", "c"]),
        (cursors[3], ["d"]),
        (cursors[4], []),
        (Cursor(4, OTHER), "fork"),
        (Cursor(1, OTHER), "fork"),
        (Cursor(2, OTHER), "fork"),
        (Cursor(5, OTHER), "ahead"),
    ):
        page = queries.read_replay_page("board", cursor, 2)
        assert (page if isinstance(page, str) else keys(page)) == found


def test_a_page_of_a_damaged_log_is_answered_with_a_reason(caplog):
    cursors = write(*"abc")
    damage(2)
    assert queries.read_replay_page("board", cursors[1], 10) == "fork"
    assert is_told(caplog, "The log of 'board' has no position 2.")


def test_a_snapshot_is_of_the_logs_head():
    cursors = write("a", "b")
    taken = queries.take_snapshot("board")
    assert taken.cursor == cursors[2] and b'"key":"b"' in taken.frame("start")


async def test_a_look_is_one_query_for_all_streams(hub):
    await Reader(hub).join("board", *(f"other:{n}" for n in range(10)))
    known = {name: stream.ring.head for name, stream in hub.streams.items()}

    def look():
        with live.reading():
            with CaptureQueriesContext(connections["default"]) as captured:
                queries.look(known, 100)
            return [q["sql"] for q in captured if "streamhead" in q["sql"]]

    assert len(await sync_to_async(look)()) == 1
