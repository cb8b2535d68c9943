"""The interval at which a feed is worth a poll, by the dates of its items. Pure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from statistics import median

# The number of items that count, the newest.
LOOKED_AT = 20
# Seconds, for a feed with no dated item; also the least for a feed with one.
UNKNOWN = 1800.0
# A feed that was quiet for a day is polled at most each hour, independent of its earlier pace.
QUIET_SHARE = 24


def pace(dates: Iterable[datetime], now: datetime) -> float:
    """Return the seconds after which a feed is worth another poll, without the bounds of `waits`.

    It is half the median gap between two items, and never less than a 24th of the time since the
    newest one.

    Args:
        dates: the publication times of its items. Times in the future do not count.
    """
    times = sorted(date for date in dates if date <= now)[-LOOKED_AT:]
    if not times:
        return UNKNOWN
    quiet = (now - times[-1]).total_seconds() / QUIET_SHARE
    if len(times) == 1:
        return max(UNKNOWN, quiet)
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    return max(median(gaps) / 2, quiet)
