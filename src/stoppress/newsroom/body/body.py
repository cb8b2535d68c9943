"""Turns a body's text into a tree of a closed set of elements, and the tree into HTML.

The functions are pure: no database, no settings. A node is `[name, attributes?, *children]`, a
child is a node or a text, a tree is a list of block nodes:

    [["p", "The ", ["a", {"href": "/budget"}, "budget"], " passed."], ["hr"]]

The server renders HTML from the tree, and the browser builds the same tree by `createElement`. So
the tree contains nothing that an HTML parser would change: no paragraph inside a paragraph, no link
inside a link, no item without a list, no row without a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from stoppress.newsroom.phrase import Phrase

from .address import picture_number
from .cards import card
from .elements import ATTRIBUTES, ELEMENTS, INLINES, SHOWN, VOID
from .limits import MAX_CHARS, TooCostly, check_html, check_text
from .lines import has_own_line
from .lost import lost
from .markdown import rendered
from .quotes import ended
from .tree import Tree, build

__all__ = ["MAX_CHARS", "Body", "TooCostly", "Tree", "html", "read", "tree"]

MAX_WARNINGS = 20
# The elements that are written, each with its attributes.
WRITTEN = {name: ATTRIBUTES.get(name, ()) for name in ELEMENTS} | SHOWN
VOID_WRITTEN = VOID | {"source"}


@dataclass(frozen=True)
class Body:
    """A text as readers see it, and a warning for each part that was left out."""

    tree: Tree
    warnings: tuple[Phrase, ...] = ()


def read(text: str, body_format: str = "markdown") -> Body:
    """Return a body as readers will see it.

    Args:
        body_format: `markdown` (CommonMark) or `html`.

    Raises:
        ValueError: the format is neither.
        TooCostly: the text is too long, or would take too long to read.
    """
    if body_format not in {"markdown", "html"}:
        raise ValueError(f"A body's format is markdown or html, not {body_format!r}.")
    check_text(text, body_format)
    return _made(*rendered(text)) if body_format == "markdown" else from_html(text)


def from_html(text: str, most: int = MAX_WARNINGS) -> Body:
    """Return the body of HTML of any length, with at most `most` warnings; see `read`."""
    return _made(*ended(text), most)


def _made(written: str, left_out: list[Phrase], most: int = MAX_WARNINGS) -> Body:
    check_html(written)
    made, more = build(written)
    warnings = list(dict.fromkeys([*left_out, *lost(written), *more]))
    if len(warnings) > most:
        more_of_them = len(warnings) - most
        warnings[most:] = [Phrase("And %(number)d more.", number=more_of_them)]
    return Body(made, tuple(warnings))


def tree(text: str, body_format: str = "markdown") -> Tree:
    """Return a body's tree; see `read`."""
    return read(text, body_format).tree


def html(tree: Iterable[Any]) -> SafeString:
    """Return a tree as HTML, without elements and attributes that are not in the closed set.

    A reference to a picture of the newsroom is left out: `pictures.in_body` must replace it by the
    picture first.
    """
    parts: list[str] = []
    for node in tree:
        _write(node, parts, alone=True)
    return mark_safe("".join(parts))  # every part is escaped, or is a name of the closed set


def _write(node: str | list[Any], parts: list[str], *, alone: bool) -> None:
    if isinstance(node, str):
        parts.append(escape(node))
        return
    name, *children = node
    attributes = children.pop(0) if children and isinstance(children[0], dict) else {}
    if name == "embed":
        parts.append(card(attributes))
        return
    if name == "img" and picture_number(attributes.get("src", "")) is not None:
        return
    if name in WRITTEN:
        allowed = WRITTEN[name]
        said = (f' {key}="{escape(attributes[key])}"' for key in allowed if key in attributes)
        how = _how_loaded(attributes, alone) if name == "img" else ""
        parts.append(f"<{name}{''.join(said)}{how}>")
    if name not in VOID_WRITTEN:
        for place, child in enumerate(children):
            own = (alone or name not in INLINES) and has_own_line(children, place)
            _write(child, parts, alone=own)
        if name in WRITTEN:
            parts.append(f"</{name}>")


def _how_loaded(attributes: dict[str, str], alone: bool) -> str:
    """Return the attributes for lazy loading, and for reserving a box if the size is unknown."""
    unsized = alone and not {"width", "height"} <= attributes.keys()
    return ' loading="lazy" decoding="async"' + (" data-unsized" if unsized else "")
