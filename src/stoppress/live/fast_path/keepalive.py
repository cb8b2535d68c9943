"""Keepalive: pings readers, each in its turn, and lets go of those who give no sign of life."""

import asyncio
import logging
import math
from collections.abc import Iterable
from typing import Protocol

logger = logging.getLogger("stoppress.live")

# Seconds of a round, and its steps: finding ten thousand readers in memory takes milliseconds, and
# the answers to what is sent at once come at once, too.
ROUND_SECONDS = 1.0
STEPS = 10


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

    A reader who answers each heartbeat is never pinged: heartbeats come as often as pings would,
    and a round is left for the answer. So that this costs nothing of the time in which a reader who
    is gone is let go, the patience is that much shorter.

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
        self._pause = min(ROUND_SECONDS, interval / 4, patience / 4)
        self.interval = interval + self._pause
        # Three rounds: the one that is left, and those by which both looks may be late.
        self._patience = patience - 3 * self._pause
        self._loop = asyncio.get_running_loop()
        self._waiting: list[object] = []
        self.later = self._loop.time() + interval
        self._next(STEPS)

    def _next(self, step: int) -> None:
        if step == STEPS:
            self._loop.call_later(self._pause / STEPS, self._go_round)
        else:
            self._loop.call_later(self._pause / STEPS, self._look, step)

    def _go_round(self) -> None:
        self.later = self._loop.time() + self.interval
        self._waiting = list(self._connections)
        self._look(0)

    def _look(self, step: int) -> None:
        now = self._loop.time()
        for _ in range(math.ceil(len(self._waiting) / (STEPS - step))):
            each = self._waiting.pop()
            if not isinstance(each, self._kind) or each.due > now:
                continue
            try:
                each.keep_alive(now + self._patience)
            except Exception:  # nobody else pings the others
                logger.exception("a reader could not be pinged")
        self._next(step + 1)
