import subprocess
import sys

import pytest

from stoppress.live.readers.limits import shared_tally
from stoppress.live.readers.limits.shared_tally import SharedTally, give_back
from stoppress.live.readers.limits.tally import KEY_AT

# A process that counts some readers in a slot, says so, and stays until it is killed.
KEEPER = """
import sys
from pathlib import Path
from stoppress.live.readers.limits.shared_tally import SharedTally
tally = SharedTally(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
for _ in range(7):
    tally.add(tally.cells("192.0.2.1"))
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tally"


@pytest.fixture
def take(path):
    taken = []

    def take(slot, slots=3):
        taken.append(SharedTally(path, slot, slots))
        return taken[-1]

    yield take
    for tally in taken:
        tally.close()


@pytest.fixture
def keeper(path):
    """Start a process that has seven readers in slot 1 of 3."""
    command = [sys.executable, "-c", KEEPER, str(path), "1", "3"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"counted\n"
        yield process
        process.kill()


def test_the_processes_of_a_server_see_each_others_readers(take, keeper):
    tally = take(0)
    cells = tally.cells("192.0.2.1")
    tally.add(cells)
    assert [tally.readers(cells), tally.total()] == [8, 8]


def test_a_slot_in_use_is_not_given_to_another_process(path, keeper):
    with pytest.raises(BlockingIOError, match="slot 1"):
        SharedTally(path, 1, 3)
    assert give_back(path, 1, 3) is False
    assert keeper.poll() is None


def test_giving_back_the_slot_of_a_killed_process_resets_its_counts(path, keeper):
    keeper.kill()
    keeper.wait()
    assert give_back(path, 1, 3) is True
    tally = SharedTally(path, 0, 3)
    assert [tally.readers(tally.cells("192.0.2.1")), tally.total()] == [0, 0]
    tally.close()


def test_a_killed_processs_readers_are_forgotten_when_another_takes_its_slot(take, keeper):
    keeper.kill()
    keeper.wait()
    tally = take(1)
    assert [tally.readers(tally.cells("192.0.2.1")), tally.total()] == [0, 0]


def test_the_first_process_makes_the_file_and_it_stays_private(path, take):
    take(0).add([])
    assert path.stat().st_mode & 0o077 == 0
    assert [other.name for other in path.parent.iterdir()] == ["tally"]
    key = path.read_bytes()[KEY_AT]
    take(2)
    assert path.read_bytes()[KEY_AT] == key != bytes(16)


def test_the_file_is_allocated_on_disk_at_once(path, take):
    take(0)
    status = path.stat()
    assert status.st_blocks * 512 >= status.st_size


def test_a_file_of_another_server_is_refused_with_a_message(path, take):
    take(0, 3)
    for other in (2, 4):
        with pytest.raises(ValueError, match="remove the file"):
            SharedTally(path, 0, other)
    path.with_name("other").write_bytes(bytes(path.stat().st_size))
    with pytest.raises(ValueError, match="remove the file"):
        SharedTally(path.with_name("other"), 0, 3)
    with pytest.raises(ValueError, match="no slot 3 of 3"):
        SharedTally(path, 3, 3)


def test_the_second_process_uses_the_file_of_the_first(path, monkeypatch):
    shared_tally._make(path, 1)
    first = path.read_bytes()
    monkeypatch.setattr(type(path), "exists", lambda self: False)  # it was made after that look
    shared_tally._make(path, 1)
    assert path.read_bytes() == first
    assert [other.name for other in path.parent.iterdir()] == ["tally"]
