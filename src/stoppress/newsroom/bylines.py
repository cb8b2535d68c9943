"""Finds the names of the article's authors in a byline."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class BylinePart(NamedTuple):
    """A part of a byline; `url` is the address of the author that it names, or empty."""

    text: str
    url: str


def byline_parts(byline: str, authors: Iterable[Mapping[str, str]]) -> list[BylinePart]:
    """Return a byline in parts; each part that is an author's whole name has the author's address.

    Example: `By Mara Voss` with the author Mara Voss is `By `, without an address, and `Mara Voss`.

    Args:
        authors: as in a story's item: `name` and `url`. Those of a post have no `url`.
    """
    known = {
        each["name"].casefold(): each["url"]
        for each in authors
        if each["name"].strip() and "url" in each
    }
    if not known:
        return [BylinePart(byline, "")] if byline else []
    # The longest name first: in "Jo Lind Moss", the author "Jo Lind" is not named.
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    parts = re.split(rf"(?<!\w)({names})(?!\w)", byline, flags=re.IGNORECASE)
    return [BylinePart(part, known.get(part.casefold(), "")) for part in parts if part]
