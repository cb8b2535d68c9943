import threading

import pytest
from django.contrib.auth.models import Group
from django.db import (
    DatabaseError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)

from stoppress import live
from stoppress.live.models import LoggedEvent
from tests.forked import forked
from tests.live.conftest import put

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def is_postgres():
    return connection.vendor == "postgresql"


def test_a_read_sees_one_state_while_the_log_grows():
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


def test_a_block_within_a_transaction_reads_in_that_transaction():
    with transaction.atomic():
        Group.objects.create(name="a")
        with live.reading():
            assert Group.objects.count() == 1


def test_nested_blocks_share_one_transaction():
    with live.reading():
        with live.reading():
            assert LoggedEvent.objects.count() == 0
        thread = threading.Thread(target=lambda: (put("b"), connections.close_all()))
        thread.start()
        thread.join()
        assert LoggedEvent.objects.count() == 0
    assert not connection.in_atomic_block


def test_an_error_in_the_block_spoils_nothing():
    with pytest.raises(ZeroDivisionError), live.reading():
        1 / 0  # noqa: B018
    with live.reading():
        assert LoggedEvent.objects.count() == 0


def test_the_connection_is_the_threads_own_and_stays_open():
    connection.ensure_connection()
    raw = connection.connection
    with live.reading():
        assert LoggedEvent.objects.count() == 0
        assert connection.connection is raw
    assert connection.connection is raw


def test_the_state_of_the_connection_is_restored_afterwards():
    with live.reading():
        pass
    with transaction.atomic():
        put("a")
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation" if is_postgres() else "PRAGMA query_only")
            assert cursor.fetchone() == (("read committed",) if is_postgres() else (0,))
    if not is_postgres():
        assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.backend("sqlite")
def test_a_missing_file_is_not_created(tmp_path, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "none.sqlite3"))
    with pytest.raises(OperationalError, match=r"There is no file .*none\.sqlite3"), live.reading():
        pass
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.backend("postgres")
def test_a_connection_that_was_lost_is_opened_anew():
    with live.reading():
        raw = connection.connection
    raw.close()
    with live.reading():
        assert LoggedEvent.objects.count() == 0


def test_django_closes_it_at_the_end_of_a_request(monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with live.reading():
        assert connection.connection is not None
    close_old_connections()
    assert connection.connection is None


class Pool:
    """Lends connections, as the pool of psycopg's own package does."""

    def __init__(self):
        self.lent = 0

    def open(self):
        pass

    def getconn(self):
        raw = connection.Database.connect(**connection.get_connection_params())
        raw._pool, self.lent = self, self.lent + 1
        return raw

    def putconn(self, raw):
        raw.close()
        self.lent -= 1


@pytest.mark.backend("postgres")
def test_a_connection_of_a_pool_is_given_back_at_once(monkeypatch):
    connection.close()
    pool = Pool()
    wrapper = type(connections["default"])
    with monkeypatch.context() as patched:
        patched.setattr(wrapper, "pool", pool)  # its package is not among the tests' own
        with live.reading():
            assert pool.lent == 1
        assert pool.lent == 0
        connection.ensure_connection()
        with live.reading():
            assert LoggedEvent.objects.count() == 0
        assert pool.lent == 1  # the thread had it before
        connection.close()


@pytest.mark.parametrize("within", ["reading", "snapshot"])
def test_a_forked_child_opens_a_separate_connection(within):
    put("a")
    with live.reading():
        before = session()

    def work():
        if within == "snapshot":
            live.snapshot("board")
        with live.reading():
            return int(session() != before and LoggedEvent.objects.count() == 1)

    assert forked(work) == 1
    with live.reading():
        assert session() == before
        assert LoggedEvent.objects.count() == 1


def session():
    """Return what tells one connection from another."""
    if is_postgres():
        return connection.connection.info.backend_pid
    return id(connection.connection)


def test_a_snapshot_and_its_cursor_are_of_one_moment():
    put("a")
    put("b")
    taken = live.snapshot("board")
    assert [i["key"] for i in taken.items] == ["b", "a"]
    assert taken.cursor.position == 2 and taken.floor is None


def test_an_unknown_stream_has_no_snapshot():
    with pytest.raises(live.UnknownStream):
        live.snapshot("nowhere")
