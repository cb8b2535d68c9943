"""The dateline: the place of a report, run in at its first paragraph. Pure functions."""

import re

from .body.tree import Tree
from .running_text import BLOCK, texts

# The end of a dateline, after the place: a dash, perhaps after a comma or a bracket with a date or
# an agency; or a colon or a full stop. A hyphen within a word is no dash: `Ems-based`.
_OWN = re.compile(r"(?:\s*[,(/|][^.!?]{0,60}?)?\s*(?:[—–―]|--?(?=\s))|[:.](?=\s)")
# A picture or an embed may stand before the first words.
_BESIDE = frozenset({"figure", "embed"})


def with_dateline(tree: Tree, place: str) -> tuple[Tree, str]:
    """Return a text with its place at the beginning; also the place if it has no room, else empty.

    A text that begins with a dateline of this place is not changed. A text whose first block is not
    a paragraph, but a list for example, has no room.

    Example: `[["p", "It is shut."]]` and `Ems` make `[["p", ["bdi", {"class": "dateline"}, "Ems"],
    " — ", "It is shut."]]`.
    """
    place = " ".join(place.split())
    first = next((at for at, node in enumerate(tree) if node[0] not in _BESIDE), None)
    if not place or first is None or tree[first][0] != "p":
        return tree, place
    if begins_with_place("".join(texts(tree[first])), place):
        return tree, ""
    run_in = ["p", ["bdi", {"class": "dateline"}, place], " — ", *tree[first][1:]]
    return [*tree[:first], run_in, *tree[first + 1 :]], ""


def begins_with_place(text: str, place: str) -> bool:
    """Return whether a text begins with a dateline of that place: `EMS, 3 May (Lantern) — …`."""
    begun, named = " ".join(text.replace(BLOCK, " ").split()).casefold(), place.casefold()
    return begun.startswith(named) and _OWN.match(begun, len(named)) is not None
