"""Figures from raw results: medians over rounds, and ratios within one round."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Pick = Callable[[dict[str, Any]], Any]
"""Takes the sample of one server, and returns one figure or a list of figures."""


@dataclass(frozen=True)
class Figure:
    """The values of one figure in each round: their median and their spread."""

    rounds: tuple[float, ...]

    @property
    def middle(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.rounds), max(self.rounds)


def samples(results: dict[str, Any], place: str, server: str) -> Iterator[dict[str, Any] | None]:
    """Yield each round's sample of a server; None if the round has none.

    Args:
        place: the measurement, or a part of one: `fan_out`, `recipe.cpu`.
    """
    for measured in results["rounds"]:
        found: Any = measured
        for step in place.split("."):
            found = found.get(step) or {}
        one = found.get(server)
        yield one if one and "failed" not in one and "missing" not in one else None


def figure(results: dict[str, Any], place: str, server: str, pick: Pick) -> Figure | None:
    """Return a server's figure; None if no round has it."""
    found = [_one(sample, pick) for sample in samples(results, place, server)]
    rounds = tuple(value for value in found if value is not None)
    return Figure(rounds) if rounds else None


def ratio(
    results: dict[str, Any], place: str, server: str, other: str, pick: Pick
) -> Figure | None:
    """Return a server's figure divided by another's, per round; None if no round has both."""
    pairs = zip(samples(results, place, server), samples(results, place, other), strict=True)
    found = [(_one(mine, pick), _one(theirs, pick)) for mine, theirs in pairs]
    rounds = tuple(mine / theirs for mine, theirs in found if mine is not None and theirs)
    return Figure(rounds) if rounds else None


def too_late(results: dict[str, Any], place: str, server: str) -> str:
    """Return in words how many articles were late for some reader; empty if none was."""
    found = [one for one in samples(results, place, server) if one and "late" in one]
    late = sum(one["late"] for one in found)
    if not late:
        return ""
    articles = late + sum(len(one["last_ms"]) for one in found)
    words = f"not in {found[0]['patience']:g} s"
    return words if articles == late else f"{late} of {articles} {words}"


def _one(sample: dict[str, Any] | None, pick: Pick) -> float | None:
    if sample is None:
        return None
    try:
        value = pick(sample)
        return float(statistics.median(value) if isinstance(value, list) else value)
    except (KeyError, IndexError, TypeError, ZeroDivisionError, statistics.StatisticsError):
        return None  # this round did not get that far
