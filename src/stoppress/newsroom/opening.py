"""The opening of a text, for search results and link previews of articles without a summary."""

from collections.abc import Iterator
from typing import Any

from .body.elements import INLINES, RAISED
from .body.tree import Tree
from .letters import whole_letters
from .small_type import small_type

OPENING_CHARS = 200
# Enough text to find that many characters, even with much space between them.
LOOKED_AT = 10 * OPENING_CHARS

# Struck text is withdrawn; code, tables and headings make no sense in a line of running text.
LEFT_OUT = frozenset({"s", "pre", "table", "figure", "h2", "h3"})
WITHIN_WORDS = INLINES | {"img"}


def opening(tree: Tree) -> str:
    """Return the beginning of a text as one line, cut after a word; empty if there is no text."""
    text = ""
    for part in _texts(["root", *tree]):
        text += part
        if len(text) > LOOKED_AT:
            break
    return _cut(" ".join(text.split()))


def _cut(line: str) -> str:
    if len(line) <= OPENING_CHARS:
        return line
    begun = line[: OPENING_CHARS + 1].rpartition(" ")[0]
    # Scripts without spaces are cut between two letters.
    long = len(begun) > OPENING_CHARS // 2
    return f"{begun if long else whole_letters(line, OPENING_CHARS - 1)}…"


def _texts(node: list[Any]) -> Iterator[str]:
    name = node[0]
    if name in LEFT_OUT:
        return
    if name in RAISED:
        inside = (child if isinstance(child, str) else "".join(_texts(child)) for child in node[1:])
        yield small_type("".join(inside), raised=name == "sup")
        return
    if name not in WITHIN_WORDS:
        yield "\n"
    if name == "ol":
        yield from _numbered(node)
        return
    for child in node[1:]:
        if isinstance(child, str):
            yield child
        elif isinstance(child, list):
            yield from _texts(child)
    if name not in WITHIN_WORDS:
        yield "\n"


def _numbered(list_: list[Any]) -> Iterator[str]:
    """Write the number before each item.

    Markdown also reads a sentence that begins with a number and a dot as a list; without the number
    it would lose its beginning.
    """
    attributes, *items = list_[1:] if isinstance(list_[1], dict) else [{}, *list_[1:]]
    for number, item in enumerate(items, start=int(attributes.get("start", 1))):
        yield f" {number}. "
        yield from _texts(item)
