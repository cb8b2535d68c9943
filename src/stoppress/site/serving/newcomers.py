"""Connections without a complete request: limits how many one address may hold at a time."""

import logging
import time
from collections import Counter

logger = logging.getLogger("stoppress.site")

# Per worker process. A browser opens a handful; a proxy sends complete requests.
MOST = 100
# Seconds between two log lines.
QUIET_SECONDS = 60.0


class Newcomers:
    """Counts, per address, the connections that have not sent a complete request yet."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._quiet_until = 0.0

    def take(self, address: str) -> bool:
        """Take a slot; return whether one was free."""
        if self._held[address] >= MOST:
            self._tell(address)
            return False
        self._held[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """Give a slot back."""
        self._held[address] -= 1
        if self._held[address] <= 0:
            del self._held[address]

    def _tell(self, address: str) -> None:
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + QUIET_SECONDS
            logger.warning(
                "%s holds %d connections without a complete request: further ones are closed",
                address,
                MOST,
            )


NEWCOMERS = Newcomers()
