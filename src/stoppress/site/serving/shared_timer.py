"""One timer that gives many connections the same timeout."""

import asyncio
from itertools import takewhile
from typing import Protocol


class Waiting(Protocol):
    """An object with a timeout; compared by identity."""

    def timer_ended(self) -> None:
        """React to the end of the timeout."""


class SharedTimer:
    """Gives each connection a timeout of the same length, with a single timer of the event loop.

    Nearly every timeout is cancelled at once, and a timer for each would cost more than all the
    rest of a connection's handling.

    Args:
        seconds: the timeout. It is the same for all, so they end in the order of their starts.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._due: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, waiting: Waiting) -> bool:
        return waiting in self._due

    def restart(self, waiting: Waiting) -> None:
        """Start a connection's timeout, or restart it."""
        self._due.pop(waiting, None)
        self._due[waiting] = self._loop.time() + self._seconds
        if self._timer is None:
            self._arm()

    def cancel(self, waiting: Waiting) -> None:
        """Cancel a connection's timeout; do nothing if it has none."""
        self._due.pop(waiting, None)

    def _arm(self) -> None:
        first = next(iter(self._due.values()), None)
        self._timer = None if first is None else self._loop.call_at(first, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        over = list(takewhile(lambda waiting: self._due[waiting] <= now, self._due))
        try:
            for waiting in over:
                # One reaction may have cancelled another timeout.
                if self._due.pop(waiting, None) is not None:
                    waiting.timer_ended()
        finally:  # if one reaction fails, the others must still be called
            self._arm()
