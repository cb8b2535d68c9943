"""Connections that hesitate to ask for anything: one peer may hold so many at a time."""

import logging
import time
from collections import Counter

logger = logging.getLogger("stoppress.site")

# For each worker process. A browser opens a handful, a proxy sends whole requests.
MOST = 100
# Seconds between lines in the log.
QUIET_SECONDS = 60.0


class Newcomers:
    """Counts by address the connections that have not yet sent the request they were opened for."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._quiet_until = 0.0

    def take(self, address: str) -> bool:
        """Take a place; say whether there was one."""
        if self._held[address] >= MOST:
            self._tell(address)
            return False
        self._held[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """Give a place back."""
        self._held[address] -= 1
        if self._held[address] <= 0:
            del self._held[address]

    def _tell(self, address: str) -> None:
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + QUIET_SECONDS
            logger.warning(
                "%s holds %d connections open without a whole request: more of them are cut",
                address,
                MOST,
            )


NEWCOMERS = Newcomers()
