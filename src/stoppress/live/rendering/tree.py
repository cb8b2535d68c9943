"""HTML as a JsonML tree, parsed as a browser does."""

import logging
import re
from collections.abc import Sequence
from typing import Any

from turbohtml import parse_fragment
from turbohtml.treebuild import TreeBuilder, parse_into

from stoppress.live.errors import InvalidView

from .allowed import is_safe, may_be_attribute, may_be_element
from .markup import DEEPEST, check_depth, markup
from .nesting import what_moves

logger = logging.getLogger("stoppress.live")

_HTML = "http://www.w3.org/1999/xhtml"
_FIRST_TAG = re.compile(r"\s*(?:<!--.*?-->\s*)*<([^\s/>]+)", re.IGNORECASE | re.DOTALL)
# Elements that a parser accepts only in a table, and the elements that must be around them.
_ROWS = dict.fromkeys(("caption", "colgroup", "tbody", "thead", "tfoot"), ("table",))
_CELLS = dict.fromkeys(("td", "th"), ("table", "tbody", "tr"))
_AROUND = {**_ROWS, **_CELLS, "tr": ("table", "tbody"), "col": ("table", "colgroup")}
# Attributes that mark the parts of a feed for the client.
_OF_THE_FEED = {
    "data-items",
    "data-when-empty",
    "data-announce",
    "data-connection",
    "data-new-count",
    "data-pause",
}
# Attributes that the client sets on the root of an item.
_OF_THE_ITEM = {"data-key", "data-version", "data-order", "data-fresh", "data-unseen"}


class View(list[Any]):
    """A parsed tree, with allowed content only: `["p", {"class": "score"}, "1 : 0"]`."""


def parse(html: str) -> View:
    """Return the tree to which a browser parses one element's HTML.

    Addresses with a scheme that is not allowed are left out, and logged.

    Args:
        html: one element; white space and comments around it are ignored.

    Raises:
        InvalidView: it is not exactly one element, has content that is not allowed, or would be
            parsed differently inside a page.
    """
    first = _FIRST_TAG.match(html)
    around = _AROUND.get(first[1].lower(), ()) if first else ()
    roots = _nodes(html, around)
    if len(roots) != 1 or isinstance(roots[0], str):
        raise InvalidView(_not_one(roots) + what_moves(html, around))
    root: list[Any] = roots[0]
    if len(root) > 1 and isinstance(root[1], dict):
        for name in _OF_THE_ITEM & root[1].keys():
            del root[1][name]
        if not root[1]:
            del root[1]
    if html.count("<") > DEEPEST:
        check_depth(root)
    if not _is_stable(html, around):
        moved = what_moves(html, around)
        raise InvalidView(f"A browser would parse <{root[0]}> differently from its HTML.{moved}")
    return View(root)


def check_view(view: object) -> None:
    """Check a tree that a site made itself.

    Raises:
        InvalidView: it is not JsonML of one element, or has content that is not allowed.
    """
    if isinstance(view, View):
        return
    if not isinstance(view, list | tuple) or not _is_element(view):
        raise InvalidView(f"view must be a tree such as ['p', {{'class': 'x'}}, 'text']: {view!r}")
    if parse(markup(view)) != view:
        raise InvalidView(f"A browser would parse the HTML of this view differently: {view!r}")


def _is_element(node: object) -> bool:
    if not isinstance(node, list | tuple) or not node or not isinstance(node[0], str):
        return False
    attributed = len(node) > 1 and isinstance(node[1], dict)
    if attributed and not all(isinstance(text, str) for pair in node[1].items() for text in pair):
        return False
    return all(isinstance(n, str) or _is_element(n) for n in node[1 + attributed :])


def _nodes(html: str, around: Sequence[str]) -> list[Any]:
    """Return the elements and texts of a fragment, without white space between them."""
    tags = "".join(f"<{name}>" for name in around)
    builder: TreeBuilder[Any] = _Builder()
    inner: list[Any] = parse_into(f"<!doctype html><body>{tags}{html}", builder)[0][2]
    for name in around:
        child, *beside = _without_space(inner) or [""]
        if beside or child[0] != name:
            return [child, *beside]  # the fragment closes an element around it
        inner = child
    return _without_space(inner)


def _without_space(element: list[Any]) -> list[Any]:
    """Return the children of an element, except white space."""
    children = element[1:]
    return [n for n in children if isinstance(n, list) or (isinstance(n, str) and n.strip())]


def _is_stable(html: str, around: Sequence[str]) -> bool:
    """Return whether a fragment, parsed and serialized, is parsed to the same again."""
    context = around[-1] if around else "div"
    written = parse_fragment(html, context, positions=False).inner_html
    return parse_fragment(written, context, positions=False).inner_html == written


class _Builder:
    """The parser's interface for building the tree."""

    def create_document(self) -> list[Any]:
        return []

    def create_doctype(self, *_: object) -> str:
        return ""

    def create_element(
        self, name: str, namespace: str, attributes: tuple[tuple[str, str | None], ...]
    ) -> list[Any]:
        # With a colon, the client would create another element: `x:script` is a script in SVG.
        if not may_be_element(name) or (":" in name and namespace != _HTML):
            raise InvalidView(f"<{name}> is not allowed in a view.")
        if not attributes:
            return [name]
        kept = {attribute: value or "" for attribute, value in attributes}
        for attribute, value in attributes:
            if attribute in _OF_THE_FEED:
                raise InvalidView(
                    f"{attribute} marks a part of the feed: it is not allowed in a view."
                )
            if not may_be_attribute(attribute):
                raise InvalidView(
                    f"The attribute {attribute} of <{name}> is not allowed in a view."
                )
            if value and not is_safe(attribute, value):
                del kept[attribute]
                logger.warning("left out of a view: <%s %s=%.80r>", name, attribute, value)
        return [name, kept] if kept else [name]

    def create_text(self, data: str) -> str:
        return data

    def create_comment(self, _: str) -> None:
        return None

    def create_pi(self, *_: str) -> None:
        return None

    def append(self, parent: list[Any], child: Any) -> None:
        if child is None or child == "":
            return
        if isinstance(child, str) and isinstance(parent[-1], str) and len(parent) > 1:
            parent[-1] += child  # a comment was between two texts
        else:
            parent.append(child)


def _not_one(roots: list[Any]) -> str:
    if not roots:
        return (
            "A view is one element, and nothing was rendered. What a stream does not show, "
            "live_streams() leaves out."
        )
    told = [repr(node.strip()[:40]) if isinstance(node, str) else f"<{node[0]}>" for node in roots]
    return f"A view is one element, and there are {len(roots)} nodes: {', '.join(told[:6])}."
