"""The minimum speed of a request's body."""

# Seconds at the start in which no speed is required.
START_SECONDS = 20.0
# The minimum average speed after that, in bytes per second: a tenth of a modem's.
BYTES_PER_SECOND = 500
# The longest pause without a byte, in seconds.
PAUSE_SECONDS = 30.0


class BodyPace:
    """Measures the speed of one body.

    Args:
        now: the event loop's clock.
    """

    __slots__ = ("_begun_at", "_heard_at", "_received")

    def __init__(self, now: float) -> None:
        self._begun_at = self._heard_at = now
        self._received = 0

    def take(self, size: int, now: float) -> None:
        """Count received bytes."""
        self._received += size
        self._heard_at = now

    def too_slow_at(self) -> float:
        """Return the time at which the body becomes too slow if no more bytes come."""
        begun = max(START_SECONDS, self._received / BYTES_PER_SECOND)
        return min(self._begun_at + begun, self._heard_at + PAUSE_SECONDS)
