"""A view as HTML."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from stoppress.live.errors import InvalidView

# A browser nests no deeper than 512 elements, and the page has some above the view.
DEEPEST = 256

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source")
    + ("track", "wbr")
)
"""Elements that have no content and no end tag."""

# A parser drops a line break right after these.
_DROPS_FIRST_BREAK = frozenset(("pre", "textarea", "listing"))


def markup(view: Sequence[Any], **attributes: str) -> SafeString:
    """Return the HTML that a browser parses to a view.

    Args:
        attributes: more attributes for its root: `data_key="match:1"`.
    """
    parts: list[str] = []
    more = "".join(f' {n.replace("_", "-")}="{_quoted(v)}"' for n, v in attributes.items())
    _write(view, parts, more)
    return SafeString("".join(parts))


def check_depth(node: Sequence[Any], left: int = DEEPEST) -> None:
    """Check that elements are not nested too deeply.

    Raises:
        InvalidView: they are.
    """
    if not left:
        raise InvalidView(f"A view's elements nest at most {DEEPEST} deep.")
    for child in node[1:]:
        if isinstance(child, list | tuple):
            check_depth(child, left - 1)


def _write(node: Any, parts: list[str], more: str) -> None:
    name = node[0]
    children = node[1:]
    parts += ("<", name)
    if children and isinstance(children[0], dict):
        for attribute, value in children[0].items():
            parts += (" ", attribute, '="', _quoted(value), '"')
        children = children[1:]
    parts += (more, ">")
    if name in VOID:
        return
    if children and name in _DROPS_FIRST_BREAK:
        parts.append("\n")
    for child in children:
        if isinstance(child, str):
            parts.append(_escaped(child))
        else:
            _write(child, parts, "")
    parts += ("</", name, ">")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;")
