"""Counts failures by address within a time window; each process counts on its own."""

import threading
import time
from collections import OrderedDict

# Most addresses that are kept; beyond that, the one whose window began first is dropped.
ADDRESSES = 4096


class Failures:
    """Counts failures by address, and limits them.

    Args:
        most: failures in one window that are allowed.
        seconds: length of a window, from its first failure on.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._of: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, address: str, now: float | None = None) -> float:
        """Count a failure; return how many seconds the address is blocked, 0 while it is not.

        Args:
            now: seconds of a monotonic clock; time.monotonic() by default.
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            began, failed = self._of.get(address, (now, 0))
            if now >= began + self._seconds:
                del self._of[address]
                began, failed = now, 0
            self._of[address] = began, failed + 1
            if len(self._of) > ADDRESSES:
                self._of.popitem(last=False)
        return began + self._seconds - now if failed >= self._most else 0.0

    def forget(self) -> None:
        """Forget all failures."""
        with self._lock:
            self._of.clear()
