"""One timer for many connections that all wait for the same number of seconds."""

import asyncio
from itertools import takewhile
from typing import Protocol


class Waiting(Protocol):
    """An object that waits; the timer knows it by its identity."""

    def timer_ended(self) -> None:
        """React to the end of the wait."""


class SharedTimer:
    """Calls each waiting object some seconds after its last restart.

    Nearly all waits are cancelled at once. A timer of the event loop for each would cost more than
    all else that is done for a connection.

    Args:
        seconds: the same for all, so the first to start is the first to end.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._due: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, waiting: Waiting) -> bool:
        return waiting in self._due

    def restart(self, waiting: Waiting) -> None:
        """Start a wait, or start it anew."""
        self._due.pop(waiting, None)
        self._due[waiting] = self._loop.time() + self._seconds
        if self._timer is None:
            self._arm()

    def cancel(self, waiting: Waiting) -> None:
        """Cancel a wait; nothing happens if there is none."""
        self._due.pop(waiting, None)

    def _arm(self) -> None:
        first = next(iter(self._due.values()), None)
        self._timer = None if first is None else self._loop.call_at(first, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        over = list(takewhile(lambda waiting: self._due[waiting] <= now, self._due))
        try:
            for waiting in over:
                # The call to another one may have cancelled this wait.
                if self._due.pop(waiting, None) is not None:
                    waiting.timer_ended()
        finally:  # if one call has failed, the other waits must still end
            self._arm()
