"""How long until the next poll of a feed. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
# No feed is polled sooner, whatever its server says.
SHORTEST = MINUTE
# Sooner than this only if its server says that its answer is fresh for a shorter time.
USUAL_LEAST = 5 * MINUTE
# The same for a feed that has to be downloaded whole each time.
WHOLE_LEAST = 10 * MINUTE
LONGEST = DAY
# Of a wait that the server asks for.
LONGEST_ASKED = 31 * DAY
# No wait is as long as this, with what is left to chance.
BEYOND = 35 * DAY
# Failures in a row at the usual pace; with each one more, the wait doubles.
PATIENCE = 3
ASKS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Said:
    """What the last poll says about the next one. Times are seconds.

    Attributes:
        pace: how often the feed has something new.
        ttl: the feed's own, for how long it may be kept; 0 if it says none.
        freshness: how long the server says that its answer is fresh; 0 if it says nothing.
        validators: the server can say that nothing is new.
        failures: polls that failed in a row, this one included.
        status: of the answer, if it was an error.
        asked: the server's `Retry-After`; below 0 if that time is past.
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

    A fifth of it is left to chance, half of it either way, so that feeds do not come due together;
    but nobody is asked sooner than the server or the feed says.

    Args:
        random: returns a number from 0 to 1.
    """
    chance = random()
    around, after = 0.9 + 0.2 * chance, 1 + 0.1 * chance
    told = min(max(said.ttl, said.freshness), LONGEST)
    usual = max(_usual(said) * around, told * after, SHORTEST)
    if not said.failures:
        return usual
    doublings = min(max(0, said.failures - PATIENCE), 20)  # more make it no longer
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
