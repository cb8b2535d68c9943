"""Delays: from the time of an event in the log to the time when a reader applied it."""

import math
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from .record import Record

# A poll's delay is mostly the client's wait between two polls, so it does not measure the server.
PUSHED = frozenset({"ws", "sse"})


@lru_cache(maxsize=65536)
def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def delays(
    records: Sequence[Record], since: float, until: float, transports: Collection[str] = PUSHED
) -> list[float]:
    """Return the delays, in seconds, of all applied events whose time is within a span."""
    found = []
    for record in records:
        if record.transport in transports:
            for one in record.applied:
                if one.frame["type"] == "event":
                    time = _seconds(one.frame["time"])
                    if since <= time <= until:
                        found.append(one.at - time)
    return found


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile of the values; NaN if there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
