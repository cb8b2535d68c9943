"""The pictures to which a text refers, by addresses such as `picture:42`."""

from typing import Any

from stoppress.newsroom.body.address import picture_number
from stoppress.newsroom.body.tree import Tree


def picture_ids(tree: Tree) -> set[int]:
    """Return the ids of the pictures to which a body's tree refers."""
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
