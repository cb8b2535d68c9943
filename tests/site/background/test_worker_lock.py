"""One process at a time does the background work of an installation."""

import re
import shutil
import time

import psycopg
import pytest
from django.db import connection

from stoppress.site.background.worker_lock import AdvisoryLock, FileLock, worker_lock
from tests.services.serve import Server


def sharing(server: Server) -> dict[str, str]:
    return {name: server.env[name] for name in ("DATABASE_URL",) if name in server.env}


def at_work(server: Server) -> int:
    """Return how many processes of an installation have logged that they do its background work."""
    log = server.log.read_text()
    return len(re.findall("worker works here", log)) - len(re.findall("worker ends here", log))


def failed_attempts(server: Server) -> object:
    """Return a value that changes whenever a process tries to take a lock that another holds."""
    if "DATABASE_URL" in server.env:
        with psycopg.connect(server.env["DATABASE_URL"]) as database:
            return database.execute(
                "SELECT pid, query_start FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'"
            ).fetchall()
    # Each attempt truncates the file, which changes its modification time.
    return [lock.stat().st_mtime_ns for lock in server.data.glob(".*.background.lock")]


def tries(second: Server, first: Server) -> None:
    """Wait until a second server tries again to take the lock of a first one."""
    before = failed_attempts(first)
    second.process.wait_until(
        lambda: failed_attempts(first) != before or at_work(first) > 1, "it has tried"
    )


def test_two_servers_of_one_installation_have_one_background_worker(serve):
    first = serve("--workers", "2")
    first.process.wait_until(lambda: at_work(first) == 1, "it has a worker")
    second = serve(data=first.data, env=sharing(first))
    for _ in range(2):  # at the second attempt the first has ended
        tries(second, first)
    assert at_work(first) == 1
    first.kill9()
    # A killed process logs no end, so the count is one more than the processes at work.
    second.process.wait_until(lambda: at_work(first) == 2, "the other took over", 10)
    second.stop()
    assert at_work(first) == 1


def test_a_lock_on_disk_has_one_owner_at_a_time(tmp_path):
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.acquire() and one.acquire()
    assert not other.acquire()
    one.release()
    assert other.acquire() and not one.acquire()
    other.release()


def test_a_restored_data_directory_has_its_own_lock(tmp_path):
    one, other = FileLock(tmp_path / "data/lock"), FileLock(tmp_path / "data/lock")
    (tmp_path / "data").mkdir()
    assert one.acquire()
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()
    assert other.acquire() and not one.acquire()
    other.release()


@pytest.mark.backend("sqlite")
def test_two_data_directories_with_one_database_share_one_lock(settings, tmp_path):
    one = worker_lock()
    settings.DATA = tmp_path
    other = worker_lock()
    try:
        assert one.acquire() and not other.acquire()
    finally:
        one.release()
        other.release()


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
class TestInDatabase:
    def test_the_lock_of_an_installation_on_postgresql_is_in_the_database(self):
        assert isinstance(worker_lock(), AdvisoryLock)

    def test_a_lock_in_the_database_has_one_owner_at_a_time(self):
        one, other = AdvisoryLock("default"), AdvisoryLock("default")
        try:
            assert one.acquire() and one.acquire()
            assert not other.acquire()
            one.release()
            deadline = time.monotonic() + 30
            while not other.acquire():  # PostgreSQL ends a session a moment after its connection
                assert time.monotonic() < deadline
            assert not one.acquire()
        finally:
            one.release()
            other.release()

    def test_a_lost_connection_loses_the_lock(self):
        one, other = AdvisoryLock("default"), AdvisoryLock("default")
        try:
            assert one.acquire()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND granted"
                )
            assert other.acquire()
            assert not one.acquire()
            assert not one.acquire()
        finally:
            one.release()
            other.release()
