import os
import subprocess
import sys
import tempfile

import pytest

from stoppress.site.shared_state import SharedState

COUNT = """
import argparse, sys
from stoppress.site.shared_state import SharedState
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
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def shared():
    state = SharedState(2)
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
        timeout=30,
    ).stdout


def test_no_two_processes_have_one_slot_and_no_more_than_there_are(shared):
    first, second = shared.take(), shared.take()
    assert first != second
    with pytest.raises(IndexError):
        shared.take()
    shared.give_back(first)
    assert shared.take() == first


def test_counts_outlive_their_process_and_what_is_of_the_moment_does_not(shared):
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


def test_what_a_killed_server_left_goes_with_the_next_ones_start_once_its_processes_ended():
    killed = SharedState(1)
    held = os.dup(killed.lock)  # as a process of it does
    os.close(killed.lock)
    SharedState(1).remove()
    assert killed.directory.exists()
    os.close(held)
    SharedState(1).remove()
    assert not killed.directory.exists()
