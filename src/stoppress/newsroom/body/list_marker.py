"""The marker of a list item as a word processor writes it, such as `·`, `3.` or `b)`."""

import re
from dataclasses import dataclass

from stoppress.newsroom.phrase import Phrase

LETTERS = Phrase("A list that was numbered with letters is shown with numbers.")
_NUMBER = re.compile(r"\(?((?:[0-9]+[.)])*)([0-9]{1,9})[.):]*")
_LETTERS = re.compile(r"\(?[^\W\d_]{1,6}[.)]+")


@dataclass(frozen=True)
class Marker:
    """The meaning of a list item's marker.

    Attributes:
        list_: `ol` or `ul`.
        number: the number that the item shows; None if it is only counted.
        text: put at the beginning of the item, for a marker that a list cannot show.
        warning: set if the marker is shown differently.
    """

    list_: str = "ul"
    number: int | None = None
    text: str = ""
    warning: Phrase | None = None


def marker_of(written: str) -> Marker:
    """Return the meaning of a marker. A single character is a bullet, unless it is a digit."""
    typed = " ".join(written.split())
    if found := _NUMBER.fullmatch(typed):
        number = int(found[2])
        if not found[1] and found[2] == str(number):
            return Marker("ol", number)
        warning = Phrase(
            "The number %(typed)s of a list is shown as %(number)d.", typed=typed, number=number
        )
        return Marker("ol", number, warning=warning)
    if _LETTERS.fullmatch(typed):
        return Marker("ol", warning=LETTERS)
    if len(typed) < 2 and not typed.isdigit():
        return Marker()
    return Marker(text=f"{typed} ")
