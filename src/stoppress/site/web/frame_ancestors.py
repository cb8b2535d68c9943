"""The sites that may show some of our pages in a frame, in the form of `frame-ancestors`."""

import re
from collections.abc import Sequence

ANCESTORS_WANTED = (
    "origins such as https://club.example or https://*.club.example (all below it), or * for "
    "every site: no path"
)
_HOST = r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_ANCESTOR = re.compile(rf"\*|[a-z][a-z0-9+.-]*://{_HOST}(?::[0-9]{{1,5}})?", re.ASCII)


def are_ancestors(words: Sequence[str]) -> bool:
    """Return whether these are sources that `frame-ancestors` understands (CSP 3, 6.4.2)."""
    return all(map(_ANCESTOR.fullmatch, words))
