"""The state of a relay's connection: its metrics, its log messages, and its retry delay."""

import logging
import random

from stoppress.live import metrics

logger = logging.getLogger("stoppress.live")

FIRST_BACK_OFF = 0.05
LONGEST_BACK_OFF = 1.0


class RelayHealth:
    """Records whether a relay is connected; used by the relay's one thread."""

    def __init__(self, relay: str, what: str) -> None:
        """Name the relay in metrics as `relay`, and in the log as `what`."""
        self._relay, self._what = relay, what
        self._failures = 0

    def up(self, hears: bool = True) -> None:
        """Record that the relay is connected.

        A relay that only sends hears no wake-ups, and its metric stays 0.
        """
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(1)
        if self._failures:
            metrics.RELAY_RECONNECTS.labels(self._relay).inc()
            logger.info("relay: %s is back", self._what)
        self._failures = 0

    def lost(self, error: BaseException, hears: bool = True) -> float:
        """Record that the connection failed; return the seconds before the next try.

        It is logged once until the connection is back.
        """
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(0)
        if not self._failures:
            logger.warning(
                "relay: %s is not reachable (%s); until it is, the safety poll finds the events of "
                "other processes",
                self._what,
                _words(error),
            )
        longest = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** min(self._failures, 10))
        self._failures += 1
        return random.uniform(longest / 2, longest)

    def ended(self, hears: bool = True) -> None:
        """Record that the relay no longer listens."""
        if hears:
            metrics.RELAY_UP.labels(self._relay).set(0)


def _words(error: BaseException) -> str:
    # Such an error quotes the malformed part of the address, which may be a part of the password.
    if type(error) is ValueError:
        return "its address or another setting is malformed: is its password percent-encoded?"
    return " ".join(str(error).split()) or type(error).__name__
