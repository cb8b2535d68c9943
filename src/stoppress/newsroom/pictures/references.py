"""Which pictures a text names, by addresses such as `picture:42`."""

from typing import Any

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.tree import Tree


def picture_ids(tree: Tree) -> set[int]:
    """Return the ids of the pictures that a body's tree names."""
    found: set[int] = set()
    for node in tree:
        _look_in(node, found)
    return found


def _look_in(node: list[Any], found: set[int]) -> None:
    if node[0] == "img" and (number := picture_number(node[1]["src"])) is not None:
        found.add(number)
    for child in node[1:]:
        if isinstance(child, list):
            _look_in(child, found)
