"""Keepalive: pings readers, each in its turn, and lets go of those who give no sign of life."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from stoppress.live.turns import HOLD_SECONDS

# Seconds between two rounds.
ROUND_SECONDS = 1.0


class Pinged(Protocol):
    """A reader's connection.

    Attributes:
        due: when something is to be done about it, by the event loop's clock.
    """

    due: float

    def keep_alive(self, until: float) -> None:
        """Ping, or let go of a reader who was pinged in vain.

        Args:
            until: when a sign of life must have come.
        """


class Keepalive:
    """Looks after one server's connections.

    Args:
        kind: the class of the connections to look after.
        connections: whoever is connected; those of another kind are passed over.
        interval: seconds without a sign of life after which a reader is pinged.
        patience: seconds for the answer.

    Attributes:
        later: when a reader is to be pinged who gives a sign of life now.
    """

    def __init__(
        self,
        kind: type[Pinged],
        connections: Iterable[object],
        interval: float,
        patience: float,
    ) -> None:
        self._kind = kind
        self._connections = connections
        self.interval = interval
        self._patience = patience
        self._pause = min(ROUND_SECONDS, interval, patience)
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Pinged] = []
        self.later = self._loop.time() + interval
        self._loop.call_later(self._pause, self._go_round)

    def _go_round(self) -> None:
        now = self._loop.time()
        self.later = now + self.interval
        here = (each for each in self._connections if isinstance(each, self._kind))
        # What would be due before the next round is done now: a limit is a limit.
        last = now + self._pause
        self._waiting = [each for each in here if each.due <= last]
        self._look()

    def _look(self) -> None:
        now = self._loop.time()
        while self._waiting:
            self._waiting.pop().keep_alive(now + self._patience)
            if self._loop.time() >= now + HOLD_SECONDS:
                break
        if self._waiting:
            self._loop.call_soon(self._look)
        else:
            self._loop.call_later(self._pause, self._go_round)
