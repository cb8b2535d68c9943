"""How late readers had the news: from the time that the log gives an event to the reader's."""

import math
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from .record import Record

# A poll's delay is the wait between two questions, and no measure of the server's.
PUSHED = frozenset({"ws", "sse"})


@lru_cache(maxsize=65536)
def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def delays(
    records: Sequence[Record], since: float, until: float, transports: Collection[str] = PUSHED
) -> list[float]:
    """Return the delays, in seconds, of all events that the log has of a span of time."""
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
    """Return a percentile; of nothing, not a number."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
