"""The fast part of the drill; `make drill` runs the whole, see `tests/drill/__main__.py`."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from stoppress.drill import report
from stoppress.drill.backend import Backend
from stoppress.drill.drilling import run_fault
from stoppress.drill.faults import FAULTS
from stoppress.drill.options import LAST_FAULT
from stoppress.drill.stage import FAST

from .servers import DrillPostgres

# Each takes 10 to 20 s where nothing else runs; a busy machine makes processes start slowly.
pytestmark = pytest.mark.timeout(180)

BY_NUMBER = {fault.number: fault for fault in FAULTS}
SCALE = replace(FAST, absence=4.0)


@pytest.fixture(scope="module")
def failing_postgres():
    """A PostgreSQL of this module's own: nobody else's data may be put back."""
    server = DrillPostgres.begin()
    if server is None:
        pytest.skip("PostgreSQL is not on this machine (`make services` tells more)")
    yield server
    server.stop()


def holds(number, backend):
    outcome = run_fault(BY_NUMBER[number], backend, SCALE)
    assert outcome.verdict == "pass", report.line(outcome)
    return outcome


def test_there_are_25_faults_each_with_a_number_of_its_own():
    assert sorted(BY_NUMBER) == list(range(1, LAST_FAULT + 1)) and len(FAULTS) == LAST_FAULT


@pytest.mark.parametrize("number", [1, 10, 17])
def test_readers_equal_the_log_on_sqlite(number):
    holds(number, Backend())


def test_a_failover_that_lost_the_last_commits_is_told_to_every_reader(failing_postgres):
    url = failing_postgres.url()
    holds(9, Backend(url, postgres_control=failing_postgres))


def test_readers_equal_the_log_while_redis_is_away(failing_postgres, redis):
    backend = Backend(failing_postgres.url(), redis.url, failing_postgres, redis)
    holds(6, backend)


def test_what_does_not_exist_on_a_backend_says_why():
    outcome = run_fault(BY_NUMBER[9], Backend(), SCALE)
    assert outcome.verdict == "n/a" and "SQLite has no server" in outcome.words[0]
    outcome = run_fault(BY_NUMBER[8], Backend("postgres://nobody@127.0.0.1:9/none"), SCALE)
    assert outcome.verdict == "fail" and outcome.words


def test_a_drill_leaves_neither_processes_nor_files_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # the system's, to be read anew

    def interrupted(stage):
        deployment = stage.deploy()
        stage.seat(deployment, count=12)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_fault(replace(BY_NUMBER[1], run=interrupted), Backend(), SCALE)
    assert not list(tmp_path.iterdir())
    # A group that was killed is waited for by its leader alone: the others need a moment to end.
    patience = time.monotonic() + 10
    while (left := _started_for(tmp_path)) and time.monotonic() < patience:
        time.sleep(0.05)  # between two looks
    assert not left


def _started_for(directory):
    return [path for path in Path("/proc").glob("[0-9]*/environ") if _names(path, directory)]


def _names(environ, directory):
    """Return whether a process that may be looked at was started for a directory's data."""
    try:
        return f"STOPPRESS_DATA={directory}".encode() in environ.read_bytes()
    except OSError:
        return False
