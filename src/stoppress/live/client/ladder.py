"""The ladder: a client that may choose its transport changes to the next if one is blocked."""

from collections.abc import Sequence

# A proxy that refuses upgrades always does so; a single refusal may have any cause.
FAILURES = 2
# A server sends its first frame at once; if none came by then, something holds it back.
FIRST_FRAME_SECONDS = 4.0


class Ladder:
    """The transports that are left to try, the best first; a client stays with the last."""

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
        """Record that a frame came: the transport works."""
        self._failures = 0

    def failed(self, held_back: bool) -> bool:
        """Record a connection without any frame; return whether to change to the next transport.

        Args:
            held_back: nothing came before the timeout, not even a refusal.
        """
        self._failures += 1
        if self.last or (self._failures < FAILURES and not held_back):
            return False
        del self._steps[0]
        self._failures = 0
        return True
