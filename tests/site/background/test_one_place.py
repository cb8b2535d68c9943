"""One background worker of an installation, however many processes offer to be it."""

import re
import shutil
import time

import psycopg
import pytest
from django.db import connection

from stoppress.site.background.one_place import PlaceInDatabase, PlaceOnDisk, the_place
from tests.services.serve import Server


def sharing(server: Server) -> dict[str, str]:
    return {name: server.env[name] for name in ("DATABASE_URL",) if name in server.env}


def at_work(server: Server) -> int:
    """Return how many processes of an installation say that they are its background worker."""
    log = server.log.read_text()
    return len(re.findall("worker works here", log)) - len(re.findall("worker ends here", log))


def attempts_in_vain(server: Server) -> object:
    """Return what changes whenever a process tries to take a place that another has."""
    if "DATABASE_URL" in server.env:
        with psycopg.connect(server.env["DATABASE_URL"]) as database:
            return database.execute(
                "SELECT pid, query_start FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'"
            ).fetchall()
    # Whoever tries opens the file to be written from its start, which sets its time anew.
    return [lock.stat().st_mtime_ns for lock in server.data.glob(".*.background.lock")]


def tries(second: Server, first: Server) -> None:
    """Wait for the next time that a second server tries to take the place of a first one."""
    before = attempts_in_vain(first)
    second.process.wait_until(
        lambda: attempts_in_vain(first) != before or at_work(first) > 1, "it has tried"
    )


def test_two_servers_of_one_installation_have_one_background_worker(serve):
    first = serve("--workers", "2")
    first.process.wait_until(lambda: at_work(first) == 1, "it has a worker")
    second = serve(data=first.data, env=sharing(first))
    for _ in range(2):  # at the second attempt the first has ended
        tries(second, first)
    assert at_work(first) == 1
    first.kill9()
    # What is killed says nothing: one more has begun than are at work.
    second.process.wait_until(lambda: at_work(first) == 2, "the other took over", 10)
    second.stop()
    assert at_work(first) == 1


def test_a_lock_on_disk_has_one_owner_at_a_time(tmp_path):
    one, other = PlaceOnDisk(tmp_path / "lock"), PlaceOnDisk(tmp_path / "lock")
    assert one.have() and one.have()
    assert not other.have()
    one.leave()
    assert other.have() and not one.have()
    other.leave()


def test_where_the_data_directory_was_put_back_from_elsewhere_the_lock_is_taken_anew(tmp_path):
    one, other = PlaceOnDisk(tmp_path / "data/lock"), PlaceOnDisk(tmp_path / "data/lock")
    (tmp_path / "data").mkdir()
    assert one.have()
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()
    assert other.have() and not one.have()
    other.leave()


@pytest.mark.backend("sqlite")
def test_two_data_directories_with_one_database_have_one_place(settings, tmp_path):
    one = the_place()
    settings.DATA = tmp_path
    other = the_place()
    try:
        assert one.have() and not other.have()
    finally:
        one.leave()
        other.leave()


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
class TestInDatabase:
    def test_the_lock_of_an_installation_on_postgresql_is_in_the_database(self):
        assert isinstance(the_place(), PlaceInDatabase)

    def test_a_lock_in_the_database_has_one_owner_at_a_time(self):
        one, other = PlaceInDatabase("default"), PlaceInDatabase("default")
        try:
            assert one.have() and one.have()
            assert not other.have()
            one.leave()
            deadline = time.monotonic() + 10
            while not other.have():  # PostgreSQL ends a session a moment after its connection
                assert time.monotonic() < deadline
            assert not one.have()
        finally:
            one.leave()
            other.leave()

    def test_a_lost_connection_loses_the_lock(self):
        one, other = PlaceInDatabase("default"), PlaceInDatabase("default")
        try:
            assert one.have()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND granted"
                )
            assert other.have()
            assert not one.have()
            assert not one.have()
        finally:
            one.leave()
            other.leave()
