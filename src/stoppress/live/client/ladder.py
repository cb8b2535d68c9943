"""Which transport a client goes by when it is free to choose: down a step where one is blocked."""

from collections.abc import Sequence

# A proxy that refuses an upgrade does so always; one refusal may be anything.
FAILURES = 2
# A server's first frame comes at once: what has not come by then is held back by somebody.
FIRST_FRAME_SECONDS = 4.0


class Ladder:
    """Transports, the best first; the last is where a client stays."""

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps = list(steps)
        self._failures = 0

    @property
    def transport(self) -> str:
        return self._steps[0]

    @property
    def last(self) -> bool:
        """Whether there is no other transport to try."""
        return len(self._steps) == 1

    def heard(self) -> None:
        """Take note that a frame came: the transport works here."""
        self._failures = 0

    def failed(self, held_back: bool) -> bool:
        """Take note of a connection on which nothing came; return whether to try the next way.

        Args:
            held_back: nothing came for a while, not even a refusal.
        """
        self._failures += 1
        if self.last or (self._failures < FAILURES and not held_back):
            return False
        del self._steps[0]
        self._failures = 0
        return True
