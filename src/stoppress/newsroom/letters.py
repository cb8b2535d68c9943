"""Text as visible letters: cut between letters, and with few combining marks on each."""

from collections.abc import Iterable
from typing import Any

import regex

MOST_MARKS = 5
# Tibetan and Burmese write subjoined letters under each other in one syllable.
MOST_SUBJOINED = 8

_CLUSTER = regex.compile(r"\X")
# Invisible characters between two marks do not end a pile of marks.
_UNSEEN = r"\p{Default_Ignorable_Code_Point}"
_MARK = r"[\p{Mn}\p{Me}--\p{Default_Ignorable_Code_Point}]"
_SUBJOINED = r"[\u0f8d-\u0fbc\u1039\u103a\u103d\u103e]"
# All quantifiers are possessive, so that a run matches in one way only.
_PILE = regex.compile(
    rf"(?V1)(?P<kept>(?:{_SUBJOINED}{_UNSEEN}*+){{0,{MOST_SUBJOINED - MOST_MARKS}}}+"
    rf"(?:{_MARK}{_UNSEEN}*+){{{MOST_MARKS}}}+)(?:{_MARK}{_UNSEEN}*+)++"
)
_MARKS_AT_START = regex.compile(rf"(?V1)(?:{_MARK}|{_UNSEEN})++")
_ONE_MARK = regex.compile(rf"(?V1){_MARK}")
_ONE_UNSEEN = regex.compile(_UNSEEN)


def whole_letters(text: str, limit: int) -> str:
    """Return the beginning of a text: as many whole letters as fit into `limit` characters.

    A letter is an extended grapheme cluster (Unicode UAX 29), such as a letter with its marks or a
    joined emoji.
    """
    if len(text) <= limit:
        return text
    end = 0
    # The character after the limit shows whether a letter ends at the limit.
    for cluster in _CLUSTER.finditer(text[: limit + 1]):
        if cluster.end() > limit:
            break
        end = cluster.end()
    return text[:end]


def without_piles(text: str) -> str:
    """Return a text with at most `MOST_MARKS` combining marks on a letter.

    No script needs more, and hundreds of marks cover the lines above and below. Syllables of
    Tibetan and Burmese, which stack letters, may have `MOST_SUBJOINED`.
    """
    return text if text.isascii() else _PILE.sub(r"\g<kept>", text)


def tree_without_piles(tree: Iterable[Any]) -> list[Any]:
    """Return a body's tree with at most `MOST_MARKS` marks on a letter.

    Marks are counted together even if an element begins between them.
    """
    return _Unpiled().nodes(tree)


class _Unpiled:
    """Walks a tree in reading order, and counts the marks since the last letter."""

    def __init__(self) -> None:
        self.marks = 0

    def nodes(self, nodes: Iterable[Any]) -> list[Any]:
        kept = (self.text(node) if isinstance(node, str) else self.node(node) for node in nodes)
        return [node for node in kept if node != ""]

    def node(self, node: list[Any]) -> list[Any]:
        name, *rest = node
        if rest and isinstance(rest[0], dict):
            said = dict(rest.pop(0))
            if "alt" in said:
                said["alt"] = without_piles(said["alt"])
            return [name, said, *self.nodes(rest)]
        return [name, *self.nodes(rest)]

    def text(self, text: str) -> str:
        text = without_piles(text)
        start = _MARKS_AT_START.match(text)
        if start is not None:
            began = _first_marks(start[0], max(MOST_MARKS - self.marks, 0))
            text = began + text[start.end() :]
        marks, letter = _marks_at_end(text)
        self.marks = marks if letter else self.marks + marks
        return text


def _first_marks(run: str, room: int) -> str:
    """Return a run of marks and unseen characters, cut after `room` marks."""
    for number, mark in enumerate(_ONE_MARK.finditer(run)):
        if number == room:
            return run[: mark.start()]
    return run


def _marks_at_end(text: str) -> tuple[int, bool]:
    """Return the number of marks at the end of a text, and whether a letter is before them."""
    marks = 0
    for sign in reversed(text):
        if _ONE_MARK.match(sign):
            marks += 1
        elif not _ONE_UNSEEN.match(sign):
            return marks, True
    return marks, False
