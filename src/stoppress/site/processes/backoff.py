"""The backoff before a process that died is restarted."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
# A process that lived this long worked: the backoff then begins anew.
STABLE_SECONDS = 60.0


class Backoff:
    """The backoff of one kept process: half a second, then twice as long each time."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def wait_after(self, lived: float) -> float:
        """Return the seconds to wait after a process that was ready for `lived` seconds."""
        if lived >= STABLE_SECONDS:
            self._next = FIRST_SECONDS
        wait, self._next = self._next, min(self._next * 2, LONGEST_SECONDS)
        return wait

    def reset(self) -> None:
        """Begin with the shortest wait again: a new build did not cause the old failures."""
        self._next = FIRST_SECONDS
