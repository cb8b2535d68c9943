import threading

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, connections, transaction

from stoppress import live
from stoppress.live.log.reading import close_readers
from stoppress.live.models import LoggedEvent
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def test_what_is_read_is_one_state_however_the_log_grows():
    put("a")
    with live.reading():
        assert LoggedEvent.objects.count() == 1
        thread = threading.Thread(target=lambda: (put("b"), connections.close_all()))
        thread.start()
        thread.join()
        assert LoggedEvent.objects.count() == 1
    assert LoggedEvent.objects.count() == 2


def test_a_reader_cannot_write():
    with pytest.raises(DatabaseError), live.reading():
        LoggedEvent.objects.create(
            stream="board", position=1, link="", uid=b"", time="2026-01-01T00:00Z", key="k"
        )
    put("a")


def test_a_reader_does_not_wait_for_a_writer():
    holds, release = threading.Event(), threading.Event()

    def write():
        with live.atomic():
            put("a")
            holds.set()
            release.wait(10)
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert holds.wait(10)
    with live.reading():
        assert LoggedEvent.objects.count() == 0
    release.set()
    thread.join()


def test_within_an_open_transaction_the_block_reads_in_that():
    with transaction.atomic():
        Group.objects.create(name="a")
        with live.reading():
            assert Group.objects.count() == 1


def test_it_nests_and_gives_the_threads_own_connection_back():
    own = connections["default"]
    with live.reading():
        reader = connections["default"]
        assert reader is not own
        with live.reading():
            assert connections["default"] is reader
    assert connections["default"] is own
    assert not connection.in_atomic_block


def test_an_error_in_the_block_spoils_nothing():
    with pytest.raises(ZeroDivisionError), live.reading():
        1 / 0  # noqa: B018
    with live.reading():
        assert LoggedEvent.objects.count() == 0


def test_connections_are_used_again_and_few_are_kept():
    with live.reading():
        first = connections["default"]
    with live.reading():
        assert connections["default"] is first
    close_readers()
    with live.reading():
        assert connections["default"] is not first


def test_a_snapshot_and_its_cursor_are_of_one_moment():
    put("a")
    put("b")
    taken = live.snapshot("board")
    assert [i["key"] for i in taken.items] == ["b", "a"]
    assert taken.cursor.position == 2 and taken.floor is None


def test_an_unknown_stream_has_no_snapshot():
    with pytest.raises(live.UnknownStream):
        live.snapshot("nowhere")
