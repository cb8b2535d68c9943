"""Random trees, and random changes to them, as a site's templates might make them."""

import copy
import random
from typing import Any

Tree = Any

# Any of them may stand in any other, for a parser too.
NAMES = ("div", "section", "ul", "blockquote", "figure", "b-custom", "svg", "math", "time")
VALUES = ("", "a", "b c", "später", "/x?y=1&z=2", '"quoted" <b>')
WORDS = ("\n  ", " ", "One.", "Two & a half <3", "Drei – מילה", "x" * 90)


def random_tree(chance: random.Random, depth: int = 4, root: bool = True) -> Tree:
    """Return a tree; one that is no root may be a text."""
    if not root and (not depth or chance.random() < 0.3):
        return chance.choice(WORDS)
    name = "article" if root else chance.choice(NAMES)
    tree: list[Tree] = [name, _attributes(chance, name)]
    for _ in range(chance.randrange(6)):
        _insert(tree, len(tree), random_tree(chance, depth - 1, False))
    return tree


def changed(chance: random.Random, tree: Tree, times: int) -> Tree:
    """Return the tree with so many things inserted, removed, moved or written anew."""
    tree = copy.deepcopy(tree)
    for _ in range(times):
        _change(chance, chance.choice(list(_elements(tree))))
    return tree


def _change(chance: random.Random, element: Tree) -> None:
    at = chance.randrange(2, len(element) + 1)
    what = chance.choice(("insert", "remove", "replace", "attributes", "move"))
    if what == "attributes":
        element[1] = _attributes(chance, element[0])
    elif what == "insert" or at == len(element):
        _insert(element, at, random_tree(chance, 2, False))
    elif what == "replace":
        element[at : at + 1] = []
        _insert(element, at, random_tree(chance, 2, False))
    else:
        moved = element.pop(at)
        if what == "move":
            _insert(element, chance.randrange(2, len(element) + 1), moved)
    # As a parser sees it, two texts that meet are one.
    for n in range(len(element) - 1, 2, -1):
        if isinstance(element[n], str) and isinstance(element[n - 1], str):
            element[n - 1 : n + 1] = [element[n - 1] + element[n]]


def _insert(element: Tree, at: int, child: Tree) -> None:
    if isinstance(child, str) and any(
        isinstance(beside, str) for beside in element[max(at - 1, 2) : at + 1]
    ):
        child = ["i", {}, child]
    element.insert(at, child)


def _elements(tree: Tree) -> Any:
    yield tree
    for child in tree[2:]:
        if isinstance(child, list):
            yield from _elements(child)


def _attributes(chance: random.Random, name: str) -> dict[str, str]:
    names = chance.sample(("class", "id", "title", "lang", "hidden", "data-x", "href"), k=2)
    if name == "svg":
        names.append(chance.choice(("viewBox", "xlink:href", "xml:lang")))
    told = {name: chance.choice(VALUES) for name in names}
    if name == "time" and chance.random() < 0.7:
        told |= {"data-time": "", "datetime": f"2026-11-{chance.randrange(10, 28)}T20:30:00Z"}
    return told
