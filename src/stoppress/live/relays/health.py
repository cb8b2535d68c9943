"""A relay's line to elsewhere: its metrics, one line in the log each way, and its back-off."""

import logging
import random

from stoppress.live import metrics

logger = logging.getLogger("stoppress.live")

FIRST_BACK_OFF = 0.05
LONGEST_BACK_OFF = 1.0


class Line:
    """Whether a relay has its line; told by the relay's one thread."""

    def __init__(self, relay: str, what: str) -> None:
        """Name the relay in metrics as `relay`, and in the log as `what`."""
        self._relay, self._what = relay, what
        self._failures = 0

    def up(self, hears: bool = True) -> None:
        """Say that the line is there; one that only sends hears no wake-ups, and counts as none."""
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(1)
        if self._failures:
            metrics.RELAY_RECONNECTS.labels(self._relay).inc()
            logger.info("relay: %s is back", self._what)
        self._failures = 0

    def lost(self, error: BaseException, hears: bool = True) -> float:
        """Say that there is no line, once until it is back; return the seconds before a new try."""
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(0)
        if not self._failures:
            logger.warning(
                "relay: %s is away (%s); until it is back, news of other processes is found by "
                "the safety poll",
                self._what,
                _words(error),
            )
        longest = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** min(self._failures, 10))
        self._failures += 1
        return random.uniform(longest / 2, longest)

    def ended(self, hears: bool = True) -> None:
        """Say that nobody listens any more."""
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(0)


def _words(error: BaseException) -> str:
    # What reads an address says which part it cannot read: it may be one of the password.
    if type(error) is ValueError:
        return "its address or another setting cannot be read: is its password percent-encoded?"
    return " ".join(str(error).split()) or type(error).__name__
