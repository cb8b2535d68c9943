"""How long to wait after a failure, and when to give up. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from stoppress.outside.retry_after import seconds_asked

FIRST, LONGEST = 5.0, 3600.0
# The longest wait that a receiver may ask for, in seconds.
LONGEST_ASKED = 86_400.0
# Both must be reached, so that days in which this site was down do not count.
GIVES_UP_AFTER, GIVES_UP_ATTEMPTS = timedelta(days=5), 20


def wait(failures: int, retry_after: str, now: datetime, random: Callable[[], float]) -> float:
    """Return the seconds until the next attempt.

    The wait doubles from 5 seconds to an hour, and is shortened at random by up to a fifth, so that
    endpoints that failed together are not tried again together. A wait that the receiver asks for
    replaces it.

    Args:
        failures: attempts that failed in a row, this one included.
        retry_after: the receiver's `Retry-After`, in seconds or as a date; empty if there is none.
        random: returns a number from 0 to 1.
    """
    asked = seconds_asked(retry_after, now)
    if asked is not None:
        return min(max(asked, FIRST), LONGEST_ASKED)
    doublings = min(failures - 1, 10)  # more would exceed an hour
    whole = min(FIRST * (1 << doublings), LONGEST)
    return max(FIRST, whole * (1 - 0.2 * random()))


def gives_up(failures: int, since: datetime, now: datetime) -> bool:
    """Return whether a receiver has failed for so long that its endpoint is disabled.

    Args:
        failures: attempts that failed in a row.
        since: the time of the first of them.
    """
    return failures >= GIVES_UP_ATTEMPTS and now - since >= GIVES_UP_AFTER
