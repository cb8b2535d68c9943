"""A fair lock: the threads of a process begin to write one after another, in arrival order.

SQLite lets one transaction write, and makes the others retry after growing pauses. A new writer can
overtake the waiting ones, so with many writers some would wait until their timeout.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is given to the thread that has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Wait for the turn, and hold it.

        Raises:
            TimeoutError: the turn did not come within that many seconds.
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
