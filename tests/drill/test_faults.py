"""The fast part of the drill; `make drill` runs all of it, see `tests/drill/__main__.py`."""

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

# Each takes 10 to 20 s on an idle machine; on a busy one, processes start slowly.
pytestmark = pytest.mark.timeout(300)

BY_NUMBER = {fault.number: fault for fault in FAULTS}
SCALE = replace(FAST, absence=4.0)


@pytest.fixture(scope="module")
def failing_postgres():
    """A PostgreSQL server for this module only, since its data is restored to an earlier state."""
    server = DrillPostgres.begin()
    if server is None:
        pytest.skip("PostgreSQL is not on this machine (`make services` tells more)")
    yield server
    server.stop()


def holds(number, backend):
    outcome = run_fault(BY_NUMBER[number], backend, SCALE)
    assert outcome.verdict == "pass", report.line(outcome)
    return outcome


def test_each_fault_has_a_unique_number():
    assert sorted(BY_NUMBER) == list(range(1, LAST_FAULT + 1)) and len(FAULTS) == LAST_FAULT


@pytest.mark.parametrize("number", [1, 10, 17])
def test_readers_equal_the_log_on_sqlite(number):
    holds(number, Backend())


def test_every_reader_gets_a_new_snapshot_after_a_failover_that_lost_commits(failing_postgres):
    url = failing_postgres.url()
    holds(9, Backend(url, postgres_control=failing_postgres))


def test_readers_equal_the_log_while_redis_is_away(failing_postgres, redis):
    backend = Backend(failing_postgres.url(), redis.url, failing_postgres, redis)
    holds(6, backend)


def test_a_fault_that_is_impossible_on_a_backend_says_why():
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
    # The drill waits only for the leader of a killed group: its other processes end a little later.
    patience = time.monotonic() + 10
    while (left := _started_for(tmp_path)) and time.monotonic() < patience:
        time.sleep(0.05)  # between two looks
    assert not left


def _started_for(directory):
    return [path for path in Path("/proc").glob("[0-9]*/environ") if _names(path, directory)]


def _names(environ, directory):
    """Return whether a process, if it can be inspected, was started for a directory's data."""
    try:
        return f"STOPPRESS_DATA={directory}".encode() in environ.read_bytes()
    except OSError:
        return False
