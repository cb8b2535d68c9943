import threading

import pytest
from django.db import transaction

from stoppress import live
from stoppress.live.errors import UnknownStream
from stoppress.live.log.history import read_head
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.publishing.shown import is_recording_shown, record_shown, recording_shown
from tests.live.conftest import put

ON_THE_LOG = pytest.mark.usefixtures("transactional_db", "board")
ONE, TWO = Cursor(1, "a" * 16), Cursor(2, "b" * 16)


def test_streams_shown_in_a_block_are_recorded_and_no_others():
    shown = {}
    record_shown("board", ONE)
    assert not is_recording_shown()
    with recording_shown(shown):
        assert is_recording_shown()
        record_shown("board", ONE)
        record_shown("other:x", TWO)
    record_shown("other:y", TWO)
    assert not is_recording_shown()
    assert shown == {"board": ONE, "other:x": TWO}


def test_the_first_of_two_reads_of_a_stream_counts():
    shown = {}
    with recording_shown(shown):
        record_shown("board", ONE)
        record_shown("board", TWO)
    assert shown == {"board": ONE}


def test_a_block_within_a_block_notes_for_itself():
    outer, inner = {}, {}
    with recording_shown(outer):
        with recording_shown(inner):
            record_shown("board", ONE)
        record_shown("other:x", TWO)
    assert (outer, inner) == ({"other:x": TWO}, {"board": ONE})


def test_a_block_that_fails_ends_its_notes_and_leaves_those_around_it():
    outer, inner = {}, {}
    with recording_shown(outer):
        with pytest.raises(RuntimeError), recording_shown(inner):
            record_shown("board", ONE)
            raise RuntimeError
        record_shown("other:x", TWO)
    assert not is_recording_shown()
    assert (outer, inner) == ({"other:x": TWO}, {"board": ONE})


def test_streams_shown_by_another_thread_are_not_recorded():
    shown, elsewhere = {}, []

    def show():
        elsewhere.append(is_recording_shown())
        record_shown("board", ONE)

    with recording_shown(shown):
        thread = threading.Thread(target=show)
        thread.start()
        thread.join()
    assert (shown, elsewhere) == ({}, [False])


@ON_THE_LOG
def test_a_snapshot_notes_where_its_stream_stood():
    put("a")
    before, shown = read_head("board").cursor, {}
    with recording_shown(shown):
        live.snapshot("board")
        put("b")
        live.snapshot("board")
    assert shown == {"board": before}


@ON_THE_LOG
def test_a_snapshot_that_fails_is_noted_since_the_page_may_say_that_it_failed(board):
    board.broken = True
    shown = {}
    with recording_shown(shown):
        with pytest.raises(RuntimeError):
            live.snapshot("board")
        with pytest.raises(UnknownStream):
            live.snapshot("nothing")
    assert shown == {"board": read_head("board").cursor}


@ON_THE_LOG
def test_a_rolled_back_change_does_not_move_the_recorded_cursor():
    shown = {}
    with recording_shown(shown):
        with pytest.raises(RuntimeError), live.atomic():
            put("a")
            raise RuntimeError
        live.snapshot("board")
    assert shown == {"board": read_head("board").cursor}


@ON_THE_LOG
def test_a_read_in_a_transaction_with_unwritten_events_records_the_cursor_before_it():
    before, shown = read_head("board").cursor, {}
    with recording_shown(shown), transaction.atomic():
        put("a")
        live.snapshot("board")
    assert shown == {"board": before} != {"board": read_head("board").cursor}
