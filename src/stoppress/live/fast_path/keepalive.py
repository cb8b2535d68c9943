"""Keepalive: pings readers, each in its turn, and lets go of those who give no sign of life."""

import asyncio
import logging
import math
from collections import defaultdict
from typing import Protocol

from stoppress.live.event_loop import ROUND_SECONDS, STEPS, step_at

logger = logging.getLogger("stoppress.live")


class Pinged(Protocol):
    """A reader's connection.

    Attributes:
        due: when something is to be done about it, by the event loop's clock.
        slot: the step at which it is looked at next.
    """

    due: float
    slot: int

    def keep_alive(self, until: float) -> None:
        """Ping, or let go of a reader who was pinged in vain.

        Args:
            until: when a sign of life must have come.
        """


class Keepalive:
    """Looks after one server's connections, and touches none before it may be due.

    Args:
        interval: seconds without a sign of life after which a reader is pinged.
        patience: seconds for the answer.

    A reader who answers each heartbeat is never pinged: heartbeats come as often as pings would,
    and a round is left for the answer. So that this costs nothing of the time in which a reader who
    is gone is let go, the patience is that much shorter.

    Attributes:
        later: when a reader is to be pinged who gives a sign of life now.
    """

    def __init__(self, interval: float, patience: float) -> None:
        pause = min(ROUND_SECONDS, interval / 4, patience / 4)
        self.interval = interval + pause
        # Three rounds: the one that is left, and more than both looks may be late by.
        self._patience = patience - 3 * pause
        self._step = pause / STEPS
        self._loop = asyncio.get_running_loop()
        self._slots: defaultdict[int, set[Pinged]] = defaultdict(set)
        now = self._loop.time()
        self.later = now + self.interval
        self._next = step_at(now, self._step) + 1
        self._wait()

    def add(self, each: Pinged) -> None:
        """Look after a connection from when it is due."""
        each.slot = max(self._next, math.ceil(each.due / self._step))
        self._slots[each.slot].add(each)

    def discard(self, each: Pinged) -> None:
        """Forget a connection that has ended."""
        if each.slot in self._slots:
            self._slots[each.slot].discard(each)

    def _wait(self) -> None:
        self._loop.call_at(self._next * self._step, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        self.later = now + self.interval
        slot, self._next = self._next, self._next + 1
        for each in self._slots.pop(slot, ()):
            self._look_at(each, now)
        self._wait()

    def _look_at(self, each: Pinged, now: float) -> None:
        if each.due <= now:
            try:
                each.keep_alive(now + self._patience)
            except Exception:  # nobody else pings the others
                logger.exception("a reader could not be pinged")
        if each.due > now:
            self.add(each)
