"""The wait until the next poll of a feed, in seconds. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
# The shortest wait, whatever the server says.
SHORTEST = MINUTE
# The shortest wait unless the server says that its answer is fresh for a shorter time.
USUAL_LEAST = 5 * MINUTE
# The same for a feed without validators, which is downloaded whole each time.
WHOLE_LEAST = 10 * MINUTE
LONGEST = DAY
# The longest wait that the server may ask for.
LONGEST_ASKED = 31 * DAY
# Longer than any wait, with its random share.
BEYOND = 35 * DAY
# Failures in a row at the usual pace. Each further failure doubles the wait.
PATIENCE = 3
ASKS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Said:
    """The facts of the last poll that decide the next one. Times are in seconds.

    Attributes:
        pace: the result of `pace`.
        ttl: how long the feed says it may be cached; 0 if it does not say.
        freshness: how long the server says that its answer is fresh; 0 if it does not say.
        validators: the server supports conditional requests (`ETag` or `Last-Modified`).
        failures: polls that failed in a row, including this one.
        status: the HTTP status of an error answer; None if there is none.
        asked: the server's `Retry-After`; below 0 if that time is past; None without one.
    """

    pace: float
    ttl: float = 0.0
    freshness: float = 0.0
    validators: bool = True
    failures: int = 0
    status: int | None = None
    asked: float | None = None


def wait(said: Said, random: Callable[[], float]) -> float:
    """Return the seconds until the next poll.

    It varies at random by up to a tenth, so that feeds do not come due together; but it is never
    shorter than the server or the feed asks for.

    Args:
        random: returns a number from 0 to 1.
    """
    chance = random()
    around, after = 0.9 + 0.2 * chance, 1 + 0.1 * chance
    told = min(max(said.ttl, said.freshness), LONGEST)
    usual = max(_usual(said) * around, told * after, SHORTEST)
    if not said.failures:
        return usual
    doublings = min(max(0, said.failures - PATIENCE), 20)  # more would exceed LONGEST anyway
    seconds = max(usual, min(max(_usual(said), told) * (1 << doublings), LONGEST) * around)
    return max(seconds, _asked(said) * after)


def _asked(said: Said) -> float:
    if said.status not in ASKS:
        return 0.0
    if said.asked is not None and said.asked > 0:
        return min(said.asked, LONGEST_ASKED)
    return HOUR if said.status == HTTPStatus.TOO_MANY_REQUESTS else 0.0


def _usual(said: Said) -> float:
    least = USUAL_LEAST if said.validators else WHOLE_LEAST
    if said.freshness:
        least = min(least, max(said.freshness, SHORTEST))
    return min(max(said.pace, least), LONGEST)
