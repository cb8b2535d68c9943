"""The time zones that a person may choose."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def known_zone(name: str) -> ZoneInfo | None:
    """Return a time zone; None if the system does not have it."""
    return ZoneInfo(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_choices() -> list[tuple[str, Iterable[tuple[str, str]]]]:
    """Return UTC and the zones of places, by area: `("Europe", [("Europe/Berlin", "Berlin"), …])`.

    Zones without a place (`EST`, `Etc/GMT+5`) are left out: they have no daylight saving time.
    """
    places: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(_names()):
        area, _, place = name.partition("/")
        if area in places:
            places[area].append((name, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", [("UTC", "UTC")]), *((area, found) for area, found in places.items() if found)]


def nearest_zone(text: str) -> str:
    """Return the name of the zone that is probably meant; empty if there is none.

    A place without its area is accepted: `Berlin` is `Europe/Berlin`.
    """
    by_words = {name.rpartition("/")[2].lower(): name for name in sorted(_names(), key=_least)}
    by_words |= {name.lower(): name for name in _names()}
    wanted = text.strip().lower().replace(" ", "_")
    return next((by_words[word] for word in get_close_matches(wanted, by_words, n=1)), "")


def _least(name: str) -> tuple[bool, str]:
    """Sort the zones of areas last: they override other zones of the same place."""
    return name.partition("/")[0] in AREAS, name
