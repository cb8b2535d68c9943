"""How fast a request's body has to come."""

# Seconds for a body's beginning, however little comes.
START_SECONDS = 20.0
# Bytes a second from then on, on average: a tenth of a modem's speed.
BYTES_PER_SECOND = 500
# Seconds without a byte.
PAUSE_SECONDS = 30.0


class BodyPace:
    """Counts the bytes of one body.

    Args:
        now: the event loop's clock.
    """

    __slots__ = ("_begun_at", "_heard_at", "_received")

    def __init__(self, now: float) -> None:
        self._begun_at = self._heard_at = now
        self._received = 0

    def take(self, size: int, now: float) -> None:
        """Note that some bytes have come."""
        self._received += size
        self._heard_at = now

    def too_slow_at(self) -> float:
        """Return the time from which it is too slow if nothing more comes."""
        begun = max(START_SECONDS, self._received / BYTES_PER_SECOND)
        return min(self._begun_at + begun, self._heard_at + PAUSE_SECONDS)
