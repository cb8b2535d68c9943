"""Elements that have their own line in a text."""

from collections.abc import Iterable, Sequence
from typing import Any

from .elements import INLINES


def has_own_line(children: Sequence[Any], place: int) -> bool:
    """Return whether the child of a node at this place has no words beside it on its line."""
    before = (children[n] for n in range(place - 1, -1, -1))
    after = (children[n] for n in range(place + 1, len(children)))
    return not (_has_words_next(before) or _has_words_next(after))


def _has_words_next(neighbours: Iterable[Any]) -> bool:
    for each in neighbours:
        if not isinstance(each, str):
            return each[0] in INLINES and _has_words(each)
        if each.strip():
            return True
    return False


def _has_words(node: Sequence[Any]) -> bool:
    for child in node[1:]:
        if isinstance(child, str) and child.strip():
            return True
        if isinstance(child, list) and _has_words(child):
            return True
    return False
