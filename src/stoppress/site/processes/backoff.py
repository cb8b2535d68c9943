"""How long to wait before a process that died is started anew."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
# A process that lived so long was well: what ended it is another matter.
STABLE_SECONDS = 60.0


class Restarts:
    """The back-off of one post: half a second, then twice as long each time."""

    def __init__(self) -> None:
        self._next = FIRST_SECONDS

    def wait_after(self, lived: float) -> float:
        """Return the seconds to wait, where the process was ready for `lived` seconds."""
        if lived >= STABLE_SECONDS:
            self._next = FIRST_SECONDS
        wait, self._next = self._next, min(self._next * 2, LONGEST_SECONDS)
        return wait

    def begin_anew(self) -> None:
        """Forget the failures: what failed is another build's."""
        self._next = FIRST_SECONDS
