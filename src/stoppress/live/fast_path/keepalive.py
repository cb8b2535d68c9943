"""Keepalive: pings readers, and ends connections that show no sign of life."""

import asyncio
import logging
import math
from collections import defaultdict
from typing import Protocol

from stoppress.live.event_loop import ROUND_SECONDS, STEPS, step_at

logger = logging.getLogger("stoppress.live")


class Pinged(Protocol):
    """A reader's connection, as the keepalive sees it.

    Attributes:
        due: when it must be pinged or ended, by the event loop's clock.
        slot: the step at which it is checked next.
    """

    due: float
    slot: int

    def keep_alive(self, until: float) -> None:
        """Ping, or end the connection if the last ping was not answered.

        Args:
            until: when the answer must have arrived.
        """


class Keepalive:
    """Pings one server's connections; it touches none before it may be due.

    A reader that answers each heartbeat is never pinged: the ping interval is the heartbeat's plus
    a pause. The answer gets three pauses less time, so that a dead connection ends no later.

    Args:
        interval: seconds without a sign of life after which a reader is pinged.
        patience: seconds for the answer.

    Attributes:
        later: when to ping a reader that shows a sign of life now.
    """

    def __init__(self, interval: float, patience: float) -> None:
        pause = min(ROUND_SECONDS, interval / 4, patience / 4)
        self.interval = interval + pause
        # One pause is in the interval; the other two are more than both checks may be late.
        self._patience = patience - 3 * pause
        self._step = pause / STEPS
        self._loop = asyncio.get_running_loop()
        self._slots: defaultdict[int, set[Pinged]] = defaultdict(set)
        now = self._loop.time()
        self.later = now + self.interval
        self._next = step_at(now, self._step) + 1
        self._wait()

    def add(self, each: Pinged) -> None:
        """Check a connection from when it is due."""
        each.slot = max(self._next, math.ceil(each.due / self._step))
        self._slots[each.slot].add(each)

    def discard(self, each: Pinged) -> None:
        """Remove a connection that has ended."""
        if each.slot in self._slots:
            self._slots[each.slot].discard(each)

    def _wait(self) -> None:
        self._loop.call_at(self._next * self._step, self._step_due)

    def _step_due(self) -> None:
        now = self._loop.time()
        self.later = now + self.interval
        slot, self._next = self._next, self._next + 1
        for each in self._slots.pop(slot, ()):
            self._check(each, now)
        self._wait()

    def _check(self, each: Pinged, now: float) -> None:
        if each.due <= now:
            try:
                each.keep_alive(now + self._patience)
            except Exception:  # the other readers must still be pinged
                logger.exception("ping of a reader failed")
        if each.due > now:
            self.add(each)
