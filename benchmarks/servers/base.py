"""What a server under test is to the measurements."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

START_SECONDS = 30.0


class CannotRun(Exception):
    """A server did not start, or cannot do what is asked of it; in words."""


class Served(Protocol):
    """One server, running, alone on its port of 127.0.0.1."""

    name: str
    port: int
    path: str
    """What readers connect to by WebSocket, such as `/live/ws?stream=news`."""

    def pids(self) -> list[int]:
        """Return the processes whose CPU and memory count."""
        ...

    def publish(self, numbers: Sequence[int]) -> None:
        """Publish `article(number)` for each number, without waiting for delivery.

        What readers get is JSON that has `"seq":NUMBER` in it.
        """
        ...

    def stop(self) -> None:
        """End it, and all that it started."""
        ...


@contextmanager
def on_cpus(cpus: set[int]) -> Iterator[None]:
    """Run what is started within on these CPUs: a child inherits its parent's affinity."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def wait_for_port(port: int, ended: Callable[[], bool], what: str) -> None:
    """Return once somebody listens on a port of 127.0.0.1.

    Args:
        ended: says that the program has ended, so that nobody will.

    Raises:
        CannotRun: it ended, or `START_SECONDS` have gone by.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if ended():
            raise CannotRun(f"{what} ended before it listened")
        if time.monotonic() > deadline:
            raise CannotRun(f"{what} did not listen within {START_SECONDS:g} s")
        time.sleep(0.02)
