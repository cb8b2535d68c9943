"""The resources of a server's processes: memory, descriptors and temporary files."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .find import Find

# Bytes that a process may grow by: the allocator does not return all memory.
SLACK = 24 * 2**20
# Descriptors that a server may hold at some times: database connections, a reader's thread.
SPARE = 8
# Seconds until a server has closed connections that were reset, and idle ones.
PATIENCE = 45.0


@dataclass(frozen=True)
class Held:
    """The resources of all processes of a server."""

    memory: int
    descriptors: int
    sockets: int

    def __str__(self) -> str:
        return (
            f"{self.memory / 2**20:.1f} MiB, {self.descriptors} descriptors,"
            f" {self.sockets} sockets of them"
        )


def held(pids: Sequence[int]) -> Held:
    """Return the resources of some processes."""
    opened = [target for pid in pids for target in descriptors(pid)]
    sockets = sum(target.startswith("socket:") for target in opened)
    return Held(sum(map(memory, pids)), len(opened), sockets)


def memory(pid: int) -> int:
    """Return the bytes of memory that a process uses, its own and shared."""
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> list[str]:
    """Return the targets of a process's descriptors."""
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
    """Return the open files of processes that are deleted or temporary."""
    return [
        target
        for pid in pids
        for target in descriptors(pid)
        if (target.endswith("(deleted)") and not target.startswith("/memfd:"))
        or Path(target).name.startswith("tmp")
    ]


def check_back(pids: Sequence[int], before: Held) -> Held:
    """Raise a find if resources are not released once all connections had time to end."""
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
