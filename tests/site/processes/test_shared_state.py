import fcntl
import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from stoppress.site.processes.shared_state import SharedState

COUNT = """
import argparse, sys
from stoppress.site.processes.shared_state import SharedState
SharedState.join(argparse.Namespace(slot=int(sys.argv[1])))
from prometheus_client import Counter, Gauge
Counter("counted", "x").inc(2)
Gauge("here", "x", multiprocess_mode="livesum").set(1)
"""
SHOW = """
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))  # the system's
    (tmp_path / "temporary").mkdir()


@pytest.fixture
def shared(tmp_path):
    state = SharedState(2, tmp_path)
    yield state
    state.remove()
    assert not state.directory.exists()


def run(shared, source, *words):
    return subprocess.run(
        [sys.executable, "-c", source, *words],
        env={**os.environ, **shared.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_each_slot_belongs_to_one_process_and_their_number_is_limited(shared):
    first, second = shared.take(), shared.take()
    assert first != second
    with pytest.raises(IndexError):
        shared.take()
    shared.give_back(first)
    assert shared.take() == first


def test_counters_outlive_their_process_and_gauges_do_not(shared):
    slots = [shared.take(), shared.take()]
    for slot in slots:
        run(shared, COUNT, str(slot))
    told = run(shared, SHOW)
    assert "counted_total 4.0" in told and "here 2.0" in told
    files = set(shared.directory.rglob("*"))
    shared.give_back(slots[0])
    run(shared, COUNT, str(shared.take()))
    shared.give_back(slots[1])
    told = run(shared, SHOW)
    assert "counted_total 6.0" in told and "here 1.0" in told
    assert set(shared.directory.rglob("*")) <= files | {shared.directory / "limits"}


def test_the_next_start_deletes_the_files_of_a_killed_server_once_its_processes_ended(
    tmp_path,
):
    killed = SharedState(1, tmp_path)
    held = os.dup(killed.lock)  # as a process of it does
    os.close(killed.lock)
    SharedState(1, tmp_path).remove()
    assert killed.directory.exists()
    os.close(held)
    SharedState(1, tmp_path).remove()
    assert not killed.directory.exists()


def test_the_runtime_directory_is_that_of_the_service_manager_or_of_the_data(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    for directory, expected in ((f"{tmp_path}/run:/other", "run"), ("/not/there", ""), ("", "")):
        monkeypatch.setenv("RUNTIME_DIRECTORY", directory)
        state = SharedState(1, tmp_path)
        assert state.directory.parent == tmp_path / expected
        state.remove()
    state = SharedState(1, tmp_path / "gone")
    assert state.directory.parent == tmp_path / "temporary"
    state.remove()


def test_the_directory_itself_is_locked_which_cleaners_respect(shared):
    cleaner = os.open(shared.directory, os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(cleaner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(cleaner)


def test_a_directory_that_was_deleted_is_created_again(shared, caplog):
    slot = shared.take()
    run(shared, COUNT, str(slot))
    shutil.rmtree(shared.directory)
    shared.give_back(slot)
    slots = [shared.take(), shared.take()]
    run(shared, COUNT, str(slots[0]))
    assert "counted_total 2.0" in run(shared, SHOW)
    assert "was removed" in caplog.text
    SharedState(1, shared.directory.parent).remove()
    assert shared.directory.exists()


def test_a_slot_is_free_again_whatever_fails(shared):
    taken = {shared.take(), shared.take()}
    (shared.directory / "limits").write_bytes(b"of another version")
    for slot in taken:
        shared.give_back(slot)
    assert {shared.take(), shared.take()} == taken
