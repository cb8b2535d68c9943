"""The object that a relay wakes in these tests, in place of a hub."""

import threading
import time
from collections.abc import Callable


class Bell:
    """Counts how often it was rung, and waits for it."""

    def __init__(self) -> None:
        self._rung = threading.Semaphore(0)

    def __call__(self) -> None:
        self._rung.release()

    def heard(self, seconds: float = 10) -> bool:
        """Wait for the next time, and return whether it came."""
        return self._rung.acquire(timeout=seconds)

    def hush(self) -> None:
        """Forget what was rung so far."""
        while self._rung.acquire(blocking=False):
            pass


def soon(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Return whether something becomes true in its time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)  # between two looks
    return True
