"""The same few seconds for all who come, kept by one timer."""

import asyncio
from itertools import takewhile
from typing import Protocol


class Guest(Protocol):
    """Who is given the seconds; known by its identity."""

    def grace_ends(self) -> None:
        """Hear that the seconds are over."""


class Grace:
    """Gives each guest some seconds from where it has come last.

    Nearly all leave at once: a timer for each would be more work than all else that is done for it.

    Args:
        seconds: the same for all, so that who has come first is due first.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._due: dict[Guest, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, guest: Guest) -> bool:
        return guest in self._due

    def give(self, guest: Guest) -> None:
        """Let the seconds begin, anew for one who has some left."""
        self._due.pop(guest, None)
        self._due[guest] = self._loop.time() + self._seconds
        if self._timer is None:
            self._arm()

    def forget(self, guest: Guest) -> None:
        """Let one go who waits no more; any number of times."""
        self._due.pop(guest, None)

    def _arm(self) -> None:
        first = next(iter(self._due.values()), None)
        self._timer = None if first is None else self._loop.call_at(first, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        over = list(takewhile(lambda guest: self._due[guest] <= now, self._due))
        try:
            for guest in over:
                # One may have been let go by what another did.
                if self._due.pop(guest, None) is not None:
                    guest.grace_ends()
        finally:  # where one has failed, the others are still to hear of it
            self._arm()
