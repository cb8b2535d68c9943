"""Failures of each address within a window of time; this process's own count."""

import threading
import time
from collections import OrderedDict

# Addresses that are remembered; of more the one whose window began first is forgotten.
ADDRESSES = 4096


class Failures:
    """Counts failures by address, and says when an address has had too many.

    Args:
        most: failures of one window that are still answered as such.
        seconds: of a window, from its first failure on.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._of: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, address: str, now: float | None = None) -> float:
        """Count one; return the seconds until the next are heard, 0 while there were not too many.

        Args:
            now: seconds of a clock that only goes forwards; time.monotonic() by default.
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
        """Forget all."""
        with self._lock:
            self._of.clear()
