"""The first promise, on real processes: what a reader has equals the log, whatever breaks."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.tailing import Tail
from tests.services.serve import Server

from .log_of import log_of

PROJECT = Path(__file__).parents[2]


def publisher(server: Server, count: int, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.site.publisher", str(count), *options]
    return subprocess.Popen(
        command, env=server.env, cwd=PROJECT, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def assert_equals_log(tail: Tail, server: Server) -> None:
    events, fresh = log_of(server)
    frames = tail.until_at(events[-1][0])
    cursors = [frame["cursor"] for frame in frames]
    begun = cursors[0]
    assert [f["type"] for f in frames] == ["snapshot"] + ["event"] * (len(frames) - 1)
    all_cursors = [event[0] for event in events]
    first = all_cursors.index(begun) + 1 if begun in all_cursors else 0
    assert cursors[1:] == all_cursors[first:]
    assert [frame["after"] for frame in frames[1:]] == cursors[:-1]
    assert tail.state().items() == fresh


@pytest.fixture
def tails():
    running = []
    yield running
    for tail in running:
        tail.end()


def test_a_server_killed_in_the_middle_of_200_publishes_costs_no_reader_an_event(
    serve, tmp_path, tails
):
    server = serve()
    tails += [Tail(server, tmp_path, name=f"tail{n}") for n in range(3)]
    for tail in tails:
        tail.until(lambda frames: frames)
    with publisher(server, 200) as writing:
        assert writing.stdout is not None
        for line in writing.stdout:
            if line == "committed 70\n":
                server.kill9()
            if line == "committed 130\n":
                server.start()
    assert writing.returncode == 0
    for tail in tails:
        assert_equals_log(tail, server)


def test_a_publisher_killed_before_its_commit_leaves_nothing_anywhere(serve, tmp_path, tails):
    server = serve()
    tails.append(Tail(server, tmp_path))
    tails[0].until(lambda frames: frames)
    with publisher(server, 3, "--abandon") as writing:
        writing.wait()
    assert writing.returncode == -signal.SIGKILL
    with publisher(server, 1) as writing:
        writing.wait()
    assert_equals_log(tails[0], server)
    assert "Never committed" not in tails[0].log.read_text()
    events, _ = log_of(server)
    assert [event[0].split("-")[0] for event in events] == ["1", "2", "3", "4"]


@pytest.mark.backend("sqlite")
def test_an_old_database_put_back_under_connected_readers_is_a_fork_and_never_a_splice(
    serve, tmp_path, tails
):
    server = serve()
    tails += [Tail(server, tmp_path, name=f"tail{n}") for n in range(3)]
    for tail in tails:
        tail.until(lambda frames: frames)
    database = server.data / "stoppress.sqlite3"
    publish(server, 4)
    backup = tmp_path / "backup.sqlite3"
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(backup)) as then:
        now.backup(then)
    publish(server, 6)
    events, _ = log_of(server)
    for tail in tails:
        tail.until_at(events[-1][0])
    put_back(backup, database)
    for tail in tails:
        frames = tail.until(lambda frames: frames[-1]["type"] == "snapshot")
        assert frames[-1]["reason"] == "fork"
        assert len(frames[-1]["items"]) == 4
    publish(server, 1)
    events, fresh = log_of(server)
    for tail in tails:
        frames = tail.until_at(events[-1][0])
        assert [f["reason"] for f in frames if f["type"] == "snapshot"] == ["start", "fork"]
        assert frames[-1]["after"] == frames[-2]["cursor"]
        assert tail.state().items() == fresh


def publish(server: Server, count: int) -> None:
    with publisher(server, count) as writing:
        writing.wait()
    assert writing.returncode == 0


def put_back(backup: Path, database: Path) -> None:
    """Replace the file and what belongs to it at once, as an operator in a hurry would."""
    new = database.with_suffix(".new")
    shutil.copy(backup, new)
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    os.replace(new, database)


def test_a_reader_resumes_from_a_cursor_of_another_day(serve, tmp_path, tails):
    server = serve()
    publish(server, 3)
    events, _ = log_of(server)
    tails.append(Tail(server, tmp_path, "--from", events[0][0]))
    frames = tails[0].until(lambda frames: len(frames) == 2)
    assert [frame["cursor"] for frame in frames] == [event[0] for event in events[1:]]
    server.restart()
    publish(server, 1)
    events, _ = log_of(server)
    tails[0].until_at(events[-1][0])
    assert [f["type"] for f in tails[0].frames()] == ["event"] * 3
