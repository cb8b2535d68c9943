"""A flight: one request to Django that is under way, and those who wait for its answer."""

import asyncio
from collections import deque
from time import monotonic

from .kept_page import KeptPage
from .store import PROVEN_SECONDS

# Readers who are answered in one turn of the loop: a few milliseconds' worth.
TURN_READERS = 50


class Flight:
    """One request to Django that is under way.

    Attributes:
        number: how many began up to it.
        began: when, by `time.monotonic()`.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.began = monotonic()
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[KeptPage | None]] = deque()

    @property
    def young(self) -> bool:
        """Say whether it began so lately that what has happened since may be missing."""
        return monotonic() - self.began <= PROVEN_SECONDS

    @property
    def awaited(self) -> bool:
        """Say whether others wait for it than the one it began for."""
        return bool(self._waiting)

    def wait(self) -> asyncio.Future[KeptPage | None]:
        """Return what will be the page; None where none came, or none in time."""
        waiting: asyncio.Future[KeptPage | None] = self._loop.create_future()
        self._waiting.append(waiting)
        return waiting

    def land(self, page: KeptPage | None) -> None:
        """Give the page to those who wait; not to all at once: others need the loop too."""
        for _ in range(min(TURN_READERS, len(self._waiting))):
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(page)
        if self._waiting:
            self._loop.call_soon(self.land, page)
