"""A peer: a program that Stop Press is compared with, run on the CPUs of the server under test."""

import resource
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.services.process import Process

from .base import CannotRun, on_cpus, wait_for_port

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_FILES = 65536
PING_SECONDS = 20
"""Seconds between a peer's pings: the default of uvicorn and daphne."""


class Peer:
    """One program that listens on `port` and answers readers at `path`."""

    def __init__(self, name: str, port: int, path: str) -> None:
        self.name, self.port, self.path = name, port, path

    def run(
        self,
        command: Sequence[str | Path],
        folder: Path,
        cpus: set[int],
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program and return once it listens; its output goes to a log in the folder.

        Raises:
            CannotRun: it did not listen; the message has its last output.
        """
        open_files()
        with on_cpus(cpus):
            self.process = Process(command, folder / f"{self.name}.log", env=env)
        try:
            wait_for_port(self.port, lambda: self.process.popen.poll() is not None, self.name)
        except CannotRun as failure:
            self.process.kill()
            raise CannotRun(f"{failure}. It printed:\n{self.process.tail()}") from None

    def pids(self) -> list[int]:
        """Return the processes whose CPU and memory count: the program's and its children's."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def stop(self) -> None:
        """Kill the program: it has no data to keep."""
        self.process.kill()


def open_files() -> int:
    """Raise the limit of open files as far as allowed, one for each reader; return the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
