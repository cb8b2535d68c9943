"""HTML in one line, for a block within Markdown: an empty line would end the block."""

from html import escape
from itertools import takewhile
from typing import Any

from .body import html
from .cards import short_card
from .elements import ATTRIBUTES, CELLS, ELEMENTS, VOID
from .nodes import children_of, is_inline

Node = list[Any]
_LOOSE = CELLS | {"li", "figcaption"}


def html_of(node: object) -> str:
    """Return a node as HTML without a line end."""
    if isinstance(node, str):
        return escape(node, quote=False).replace("\n", "&#10;")
    assert isinstance(node, list)
    if node[0] == "embed":
        return short_card(node[1])
    if node[0] not in ELEMENTS:
        return str(html([node])).replace("\n", "&#10;")
    children = children_of(node)
    if node[0] in _LOOSE and children and is_inline(children[0]) and _begins_with_space(node):
        # A parser drops a space outside a paragraph.
        loose = list(takewhile(is_inline, children))
        children = [["p", *loose], *children[len(loose) :]]
    inside = "".join(map(html_of, children))
    end = "" if node[0] in VOID else f"</{node[0]}>"
    return f"<{node[0]}{attributes_of(node)}>{inside}{end}"


def _begins_with_space(node: Node) -> bool:
    first = next(iter(children_of(node)), "")
    return _begins_with_space(first) if isinstance(first, list) else first[:1].isspace()


def attributes_of(node: Node) -> str:
    """Return the attributes of a node as HTML, each after a space."""
    values = node[1] if len(node) > 1 and isinstance(node[1], dict) else {}
    names = ATTRIBUTES.get(node[0], ()) + (("title",) if node[0] == "img" else ())
    said = ((key, values[key]) for key in names if key in values)
    return "".join(f' {key}="{escape(value)}"'.replace("\n", "&#10;") for key, value in said)
