"""The interface of a server under test."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

START_SECONDS = 30.0


class CannotRun(Exception):
    """A server did not start, or cannot do what is asked; the message says why."""


class Served(Protocol):
    """One running server on its own port of 127.0.0.1."""

    name: str
    port: int
    path: str
    """The path to which readers connect by WebSocket, for example `/live/ws?stream=news`."""

    def pids(self) -> list[int]:
        """Return the processes whose CPU and memory count."""
        ...

    def publish(self, numbers: Sequence[int]) -> None:
        """Publish `article(number)` for each number, without waiting for delivery.

        Readers get JSON that contains `"seq":NUMBER`.
        """
        ...

    def stop(self) -> None:
        """Stop the server and all processes that it started."""
        ...


@contextmanager
def on_cpus(cpus: set[int]) -> Iterator[None]:
    """Run child processes started in this context on these CPUs: they inherit the affinity."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def wait_for_port(port: int, ended: Callable[[], bool], what: str) -> None:
    """Wait until a program listens on a port of 127.0.0.1.

    Args:
        ended: returns whether the program has ended.

    Raises:
        CannotRun: the program ended, or `START_SECONDS` have passed.
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
