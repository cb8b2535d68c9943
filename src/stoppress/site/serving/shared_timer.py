"""One timer that gives many connections the same timeout."""

import asyncio
from itertools import takewhile
from typing import Protocol


class Guest(Protocol):
    """An object with a timeout; told apart by its identity."""

    def grace_ends(self) -> None:
        """React to the end of the timeout."""


class Grace:
    """Gives each guest a timeout of the same length, with a single timer of the event loop.

    Nearly every guest is forgotten at once, and a timer for each would cost more than all the rest
    of its handling.

    Args:
        seconds: the timeout; since it is the same for all, guests are due in the order of `give`.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._due: dict[Guest, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, guest: Guest) -> bool:
        return guest in self._due

    def give(self, guest: Guest) -> None:
        """Start the guest's timeout, or restart it."""
        self._due.pop(guest, None)
        self._due[guest] = self._loop.time() + self._seconds
        if self._timer is None:
            self._arm()

    def forget(self, guest: Guest) -> None:
        """Cancel the guest's timeout; do nothing if it has none."""
        self._due.pop(guest, None)

    def _arm(self) -> None:
        first = next(iter(self._due.values()), None)
        self._timer = None if first is None else self._loop.call_at(first, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        over = list(takewhile(lambda guest: self._due[guest] <= now, self._due))
        try:
            for guest in over:
                # One guest's reaction may have cancelled another's timeout.
                if self._due.pop(guest, None) is not None:
                    guest.grace_ends()
        finally:  # if one guest's reaction fails, the others must still be called
            self._arm()
