"""The back-off: how long to wait before a process that died is restarted."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
# A process that lived this long was healthy: its end does not count as a repeated failure.
STABLE_SECONDS = 60.0


class Backoff:
    """The back-off of one process: half a second, then twice as long each time."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def wait_after(self, lived: float) -> float:
        """Return the seconds to wait after a process that was ready for `lived` seconds."""
        if lived >= STABLE_SECONDS:
            self._next = FIRST_SECONDS
        wait, self._next = self._next, min(self._next * 2, LONGEST_SECONDS)
        return wait

    def reset(self) -> None:
        """Forget the failures: they belong to the build before."""
        self._next = FIRST_SECONDS
