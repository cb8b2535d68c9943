"""Checks of a node's content, and removal of spaces and paragraphs that are not needed."""

from typing import Any

from .elements import INLINES


def says_something(node: list[Any]) -> bool:
    """Return whether a block contains text or a picture."""
    return has_text(node) or _has_picture(node)


def has_text(node: list[Any]) -> bool:
    return any(
        bool(child.strip()) if isinstance(child, str) else has_text(child)
        for child in node[1:]
        if not isinstance(child, dict)
    )


def _has_picture(node: list[Any]) -> bool:
    return node[0] == "img" or any(_has_picture(c) for c in node[1:] if isinstance(c, list))


def trim(block: list[Any], end: int, characters: str) -> None:
    """Remove characters from the beginning (1) or the end (-1) of a block's text."""
    if len(block) > 1 and isinstance(block[end], str):
        text = block[end]
        block[end] = text.lstrip(characters) if end == 1 else text.rstrip(characters)
        if not block[end]:
            del block[end]


def tighten(node: list[Any]) -> None:
    """Replace a node's only paragraph by its content; in a figure, every paragraph without text.

    The result is `<li>one</li>` and `<figure><img …></figure>`, without a `p` inside.
    """
    paragraphs = [child for child in node[1:] if child[0] == "p"]
    if node[0] == "figure":
        paragraphs = [paragraph for paragraph in paragraphs if not has_text(paragraph)]
    elif len(paragraphs) != 1 or node[1] is not paragraphs[0]:
        return
    for paragraph in paragraphs:
        at = next(i for i, child in enumerate(node) if child is paragraph)
        node[at : at + 1] = [
            c for c in paragraph[1:] if node[0] != "figure" or not isinstance(c, str)
        ]


def children_of(node: list[Any]) -> list[Any]:
    """Return a node's children, without its name and attributes."""
    return node[2:] if len(node) > 1 and isinstance(node[1], dict) else node[1:]


def is_inline(child: object) -> bool:
    """Return whether a child is a text or an inline element."""
    if isinstance(child, list):
        return child[0] in INLINES | {"br", "img"}
    return isinstance(child, str)
