"""Turns: the threads of a process begin to write one after another, in the order of asking.

SQLite lets one transaction write, and has the others try again after growing pauses. Whoever comes
just then overtakes those who wait, and among many writers some would wait until they are refused.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is given to whoever has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Wait for the turn, and hold it.

        Raises:
            TimeoutError: it did not come within so many seconds.
        """
        self._take(seconds)
        try:
            yield
        finally:
            with self._lock:
                self._pass_on()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(seconds):
            return
        with self._lock:
            if called.is_set():
                self._pass_on()  # it came at the last moment
            else:
                self._waiting.remove(called)
        raise TimeoutError

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._taken = False
