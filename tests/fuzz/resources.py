"""What a server's processes hold: memory, descriptors, and files that nobody else can see."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .find import Find

# Bytes that a process may have grown by. The allocator keeps what it has once had.
SLACK = 24 * 2**20
# Descriptors that may come and go by themselves: database connections, a reader's thread.
SPARE = 8
# Seconds for connections to be let go: those that were reset, and those that hesitate.
PATIENCE = 45.0


@dataclass(frozen=True)
class Held:
    """What all processes of a server hold."""

    memory: int
    descriptors: int
    sockets: int

    def __str__(self) -> str:
        return (
            f"{self.memory / 2**20:.1f} MiB, {self.descriptors} descriptors,"
            f" {self.sockets} sockets of them"
        )


def held(pids: Sequence[int]) -> Held:
    """Return what processes hold."""
    opened = [target for pid in pids for target in descriptors(pid)]
    sockets = sum(target.startswith("socket:") for target in opened)
    return Held(sum(map(memory, pids)), len(opened), sockets)


def memory(pid: int) -> int:
    """Return the bytes of memory that a process has to itself or shares."""
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> list[str]:
    """Return what the descriptors of a process lead to."""
    found = []
    try:
        links = list(Path(f"/proc/{pid}/fd").iterdir())
    except FileNotFoundError:  # of a short-lived child
        return []
    for link in links:
        with suppress(OSError):  # closed meanwhile
            found.append(os.readlink(link))
    return found


def temporary_files(pids: Sequence[int]) -> list[str]:
    """Return files that processes have open and that have no name any more, or a temporary one."""
    return [
        target
        for pid in pids
        for target in descriptors(pid)
        if (target.endswith("(deleted)") and not target.startswith("/memfd:"))
        or Path(target).name.startswith("tmp")
    ]


def check_back(pids: Sequence[int], before: Held) -> Held:
    """Find what is not back where it was, once every connection has had its time to end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        now = held(pids)
        if now.descriptors <= before.descriptors + SPARE:
            break
        if time.monotonic() > deadline:
            raise Find(f"descriptors are not back: {before} before, {now} now")
        time.sleep(0.2)  # between two looks
    if now.memory > before.memory + SLACK * len(pids):
        raise Find(f"memory is not back: {before} before, {now} now")
    return now
