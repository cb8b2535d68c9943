"""A body's tree as running text."""

import re
from collections.abc import Iterator, Set
from typing import Any

from .body.address import picture_number
from .body.elements import INLINES, RAISED
from .body.tree import Tree
from .small_type import small_type

WITHIN_WORDS = INLINES | {"img"}
# Separates blocks; no text contains it.
BLOCK = "\0"
# The number of a list item, written before the item's own block.
NUMBER = re.compile(rf"({BLOCK} \d+\. ){BLOCK}+")


def lines(tree: Tree, left_out: Set[str] = frozenset()) -> list[str]:
    """Return a text's lines, one for each block.

    A picture is its description in square brackets, an embed its title and its address.

    Args:
        left_out: names of elements whose text is left out.
    """
    text = NUMBER.sub(r"\1", "".join(texts(["root", *tree], left_out, pictures=True)))
    return [words for line in text.split(BLOCK) if (words := " ".join(line.split()))]


def texts(
    node: list[Any], left_out: Set[str] = frozenset(), *, pictures: bool = False
) -> Iterator[str]:
    """Yield the parts of a node's text; each block begins and ends with `BLOCK`.

    Args:
        left_out: names of elements whose text is left out.
        pictures: include the descriptions of pictures, and the address of an embed with a title.
    """
    name = node[0]
    if name in left_out:
        return
    if name in RAISED:
        inside = (
            child if isinstance(child, str) else "".join(texts(child, left_out, pictures=pictures))
            for child in node[1:]
        )
        yield small_type("".join(inside), raised=name == "sup")
        return
    if name == "embed":
        said = node[1]
        address = said["url"] if pictures or not said["title"] else ""
        yield f"{BLOCK}{said['title']} {address}{BLOCK}"
        return
    if name == "img" and pictures:
        yield f"[{_words(node[1])}]"
    if name not in WITHIN_WORDS:
        yield BLOCK
    if name == "ol":
        yield from _numbered(node, left_out, pictures)
        return
    for child in node[1:]:
        if isinstance(child, str):
            yield child
        elif isinstance(child, list):
            yield from texts(child, left_out, pictures=pictures)
    if name not in WITHIN_WORDS:
        yield BLOCK


def _words(picture: dict[str, str]) -> str:
    """Return a picture's description and caption; if it has none, its reference."""
    words = [picture.get(name, "") for name in ("alt", "title")]
    own = picture_number(picture.get("src", "")) is not None
    return " – ".join(filter(None, words)) or (picture["src"] if own else "")


def _numbered(list_: list[Any], left_out: Set[str], pictures: bool) -> Iterator[str]:
    """Write the number before each item.

    Markdown also reads a sentence that begins with a number and a dot as a list; without the number
    it would lose its beginning.
    """
    attributes, *items = list_[1:] if isinstance(list_[1], dict) else [{}, *list_[1:]]
    for number, item in enumerate(items, start=int(attributes.get("start", 1))):
        yield f" {number}. "
        yield from texts(item, left_out, pictures=pictures)
