"""A read of the log is complete, or raises that the log is damaged."""

from datetime import UTC, datetime
from functools import partial

import pytest

from stoppress.live.errors import LiveError
from stoppress.live.log.history import (
    PAGE_BYTES,
    _first,
    _frames,
    read_after,
    read_heads,
    read_links,
    read_recent,
)
from stoppress.live.log.rows import EventRow
from stoppress.live.models import Installation
from stoppress.live.protocol.cursor import Cursor, first_link
from tests.live.conftest import put


def cursors(frames):
    return [str(frame.cursor) for frame in frames]


def test_a_stream_is_read_from_its_first_cursor_to_its_head(db, board):
    for key in "abc":
        put(key)
    heads = read_heads(["board", "other:x"])
    uid = bytes(Installation.objects.get().uid)
    head, begin = heads["board"], Cursor(0, first_link(uid, "board"))
    assert (head.floor, head.cursor.position) == (begin, 3)
    assert heads["other:x"].cursor == Cursor(0, first_link(uid, "other:x"))
    frames = read_after("board", begin, head, 10)
    assert [frame.cursor.position for frame in frames] == [1, 2, 3]
    assert cursors(read_after("board", begin, head, 2)) == cursors(frames[:2])
    assert cursors(read_after("board", frames[0].cursor, head, 10)) == cursors(frames[1:])
    assert read_after("board", head.cursor, head, 10) == []
    # Of another history, and beyond the head.
    assert read_after("board", Cursor(1, "0" * 16), head, 10) is None
    assert read_after("board", Cursor(4, "0" * 16), head, 10) is None
    start, recent = read_recent("board", head, 1)
    assert start == frames[1].cursor and cursors(recent) == cursors(frames[2:])
    assert read_links([("board", frames[1].cursor)]) == {"board": frames[1].cursor.link}
    assert read_links([]) == {}


def test_a_log_without_its_installation_names_the_command_to_run(db, board):
    Installation.objects.all().delete()
    with pytest.raises(LiveError, match="migrate"):
        read_heads(["board"])


def rows(length, item="{}"):
    now = datetime.now(UTC)
    return [
        EventRow(n, f"{n:016x}", now, "thing.said", "put", f"k{n}", 1, item, False, False)
        for n in range(1, length + 1)
    ]


def first(log, limit, skip=0):
    found, more = _first(log.__getitem__, limit, skip)
    return len(found), more


def test_a_read_ends_at_its_limit_or_at_the_end_of_the_log():
    assert first(rows(100), 30) == (30, True)
    assert first(rows(100), 30, skip=1) == (31, True)
    assert first(rows(20), 30) == (20, False)
    assert first(rows(0), 30) == (0, False)


def test_a_read_of_large_events_ends_sooner_and_has_one_at_least():
    assert first(rows(5, "x" * (PAGE_BYTES // 2)), 30) == (3, True)  # and the first
    assert first(rows(5, "x" * (PAGE_BYTES + 1)), 30) == (1, True)
    assert first(rows(5, "x" * (PAGE_BYTES + 1)), 30, skip=1) == (2, True)


def test_a_position_that_is_missing_is_a_damaged_log():
    frames = partial(_frames, "board", Cursor(0, "0" * 16))
    assert [frame.after.position for frame in frames(rows(3))] == [0, 1, 2]
    whole = rows(3)
    with pytest.raises(LiveError, match="no position 2"):
        frames([whole[0], whole[2]])
