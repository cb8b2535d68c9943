"""Make a body's tree fit for feeds: plain elements, and absolute addresses."""

from typing import Any
from urllib.parse import urljoin

from stoppress.newsroom.body.tree import Tree

_ADDRESSES = ("href", "src")
# Feed readers show `img`, and need no `picture`; `bdi` around a dateline's place has no use there.
_UNWRAPPED = frozenset({"picture", "bdi"})


def absolute(tree: Tree, base: str) -> Tree:
    """Return a tree with absolute addresses, without elements that only a page needs.

    Args:
        base: the absolute address of the page of the text.
    """
    return _all_of(tree, base)


def address(link: str, base: str) -> str:
    """Return the absolute address of a link; a malformed link stays as it is."""
    try:
        return urljoin(base, link)
    except ValueError:  # such as http://[
        return link


def _all_of(nodes: list[Any], base: str) -> list[Any]:
    made: list[Any] = []
    for node in nodes:
        if isinstance(node, dict):
            made.append(_attributes(node, base))
        elif not isinstance(node, list):
            made.append(node)
        elif node[0] in _UNWRAPPED:
            inside = [child for child in node[1:] if not isinstance(child, dict)]
            made += _all_of([child for child in inside if child[0] != "source"], base)
        else:
            made.append([node[0], *_all_of(node[1:], base)])
    return made


def _attributes(said: dict[str, str], base: str) -> dict[str, str]:
    return {
        name: address(value, base) if name in _ADDRESSES else value for name, value in said.items()
    }
