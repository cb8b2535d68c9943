"""What the writers of one publishing process share: how much is to be done, and their chance."""

import os
import random
import signal
import threading
import time

SECTIONS = ("world", "home")
# What a rolled-back or killed transaction says: no reader may ever see it.
NEVER = "Never committed"
PATIENCE_SECONDS = 120.0


class Tally:
    """How many mutations are still to be made, for all writers."""

    def __init__(self, count: int) -> None:
        self.committed = 0
        self._left = count
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._trouble: float | None = None

    def take(self, count: int) -> int:
        """Take mutations to make; none where none is left, or all has failed for too long."""
        with self._lock:
            patient = self._trouble is None or time.monotonic() - self._trouble < PATIENCE_SECONDS
            taken = min(count, self._left) if patient else 0
            self._left -= taken
            return taken

    def commit(self, count: int) -> None:
        """Count what is committed, and say so."""
        with self._lock:
            self._trouble = None
            for _ in range(count):
                self.committed += 1
                print(f"committed {self.committed}", flush=True)

    def fail(self, error: Exception, count: int) -> None:
        """Give back what failed, and say why."""
        with self._lock:
            self._left += count
            self._trouble = self._trouble or time.monotonic()
            words = " ".join(str(error).split()) or type(error).__name__
            print(f"failed {type(error).__name__}: {words}", flush=True)

    def pace(self, over: float, count: int) -> None:
        """Wait so that `count` mutations take `over` seconds."""
        with self._lock:
            due = self._begun + over * self.committed / count
        time.sleep(max(0.0, due - time.monotonic()))


def kill_self() -> None:
    """End as `kill -9` does: nothing is said, nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def dice(seed: int, number: int) -> random.Random:
    """Return a writer's own source of chance, the same at every run."""
    return random.Random(f"{seed}-{number}")
