"""A flight: a running request to Django, and the readers that wait for its response."""

import asyncio
from collections import deque
from time import monotonic

from .kept_page import KeptPage
from .store import PROVEN_SECONDS

# Readers that are answered in one turn of the event loop: a few milliseconds.
TURN_READERS = 50


class Flight:
    """A running request to Django.

    Attributes:
        number: its number among all flights.
        began: when it began, by `time.monotonic()`.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.began = monotonic()
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[asyncio.Future[KeptPage | None]] = deque()

    @property
    def young(self) -> bool:
        """Return whether it began recently enough for its page to count as current."""
        return monotonic() - self.began <= PROVEN_SECONDS

    @property
    def awaited(self) -> bool:
        """Return whether other readers wait for it, besides the one that started it."""
        return bool(self._waiting)

    def wait(self) -> asyncio.Future[KeptPage | None]:
        """Return a future for the page; None where there is none, or none in time."""
        waiting: asyncio.Future[KeptPage | None] = self._loop.create_future()
        self._waiting.append(waiting)
        return waiting

    def land(self, page: KeptPage | None) -> None:
        """Give the page to the waiting readers, in batches: other tasks need the event loop too."""
        for _ in range(min(TURN_READERS, len(self._waiting))):
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(page)
        if self._waiting:
            self._loop.call_soon(self.land, page)
