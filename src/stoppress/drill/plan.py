"""State shared by the writers of one process: mutations left to make, seeded random numbers."""

import os
import random
import signal
import threading
import time

SECTIONS = ("world", "home")
# The headline in transactions that are rolled back or killed: no reader may ever see it.
NEVER = "Never committed"
PATIENCE_SECONDS = 120.0


class Tally:
    """Counts the remaining and the committed mutations of all writers."""

    def __init__(self, count: int) -> None:
        self.committed = 0
        self._left = count
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._trouble: float | None = None

    def take(self, count: int) -> int:
        """Return how many mutations to make; 0 if none is left, or all failed for too long."""
        with self._lock:
            patient = self._trouble is None or time.monotonic() - self._trouble < PATIENCE_SECONDS
            taken = min(count, self._left) if patient else 0
            self._left -= taken
            return taken

    def commit(self, count: int) -> None:
        """Count committed mutations, and print each."""
        with self._lock:
            self._trouble = None
            for _ in range(count):
                self.committed += 1
                print(f"committed {self.committed}", flush=True)

    def fail(self, error: Exception, count: int) -> None:
        """Give back failed mutations, and print the error."""
        with self._lock:
            self._left += count
            self._trouble = self._trouble or time.monotonic()
            words = " ".join(str(error).split()) or type(error).__name__
            print(f"failed {type(error).__name__}: {words}", flush=True)

    def pace(self, over: float, count: int) -> None:
        """Sleep so that `count` mutations take `over` seconds in all."""
        with self._lock:
            due = self._begun + over * self.committed / count
        time.sleep(max(0.0, due - time.monotonic()))


def kill_self() -> None:
    """Kill this process with SIGKILL: nothing is printed or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def dice(seed: int, number: int) -> random.Random:
    """Return a writer's random generator, which is the same at every run."""
    return random.Random(f"{seed}-{number}")
