import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError

from stoppress import live
from stoppress.live import trouble as module
from stoppress.live.models import Installation
from stoppress.live.trouble import READ_ONLY, UNREACHABLE, Trouble, may_have_committed, trouble_in
from tests.services.stand_in import StandIn


def lost() -> OperationalError:
    return OperationalError("server closed the connection unexpectedly")


def test_a_programming_error_is_no_database_failure() -> None:
    for error in (ValueError("no"), ProgrammingError("syntax"), DatabaseError("other")):
        assert trouble_in(error) is None
        assert Trouble().note(error) is None
    with closing(sqlite3.connect(":memory:")) as database, pytest.raises(sqlite3.Error) as missing:
        database.execute("SELECT * FROM nothing")
    assert trouble_in(missing.value) is None


@pytest.mark.django_db(transaction=True)
def test_a_write_inside_a_read_is_a_fault_of_the_program() -> None:
    with pytest.raises(DatabaseError) as refused, live.reading():
        Installation.objects.update(first=1)
    assert trouble_in(refused.value) is None


def test_errors_of_sqlite_are_classified(tmp_path: Path) -> None:
    file = tmp_path / "db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE t (x)")
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database,
        pytest.raises(sqlite3.Error) as refused,
    ):
        database.execute("INSERT INTO t VALUES (1)")
    assert trouble_in(refused.value) == READ_ONLY
    error = DatabaseError("of Django")
    error.__cause__ = refused.value
    assert trouble_in(error) == READ_ONLY


def test_many_errors_make_one_log_line_and_one_at_the_end(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "stoppress.live")
    trouble = Trouble()
    for _ in range(154):
        assert trouble.note(lost()) == UNREACHABLE
    trouble.end()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "the database cannot be reached" in caplog.text
    now = time.monotonic()
    later = StandIn(time, monotonic=lambda: now + 11)
    monkeypatch.setattr(module, "time", later)  # eleven seconds later
    trouble.end()
    trouble.end()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "it could not be reached for 0 s, and 154 requests or reads failed" in caplog.text


def test_only_a_connection_that_was_lost_in_a_commit_leaves_it_open() -> None:
    def _commit() -> None:
        raise lost()

    def again() -> None:
        try:
            _commit()
        finally:
            raise lost()

    for run, open_ in ((_commit, True), (again, True), (lambda: 1 / 0, False)):
        with pytest.raises((OperationalError, ZeroDivisionError)) as failed:
            run()
        assert may_have_committed(failed.value) is open_
