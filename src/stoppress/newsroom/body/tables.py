"""Tables: the order of their parts, their cells, and tables used only for a page's layout."""

import re
from typing import Any

from .nodes import is_inline

Node = list[Any]
_PAGE = frozenset({"h2", "h3", "hr", "figure", "table"})

_PART = re.compile(r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th)(?=[\s/>])", re.IGNORECASE)
_ROW = r"(?:t[rdh]|tbody|thead|tfoot)(?=[\s/>])"
_NOTHING = r"(?:\s|<!--[^<>]*+>)*+"
_ROWS = re.compile(rf"{_NOTHING}<{_ROW}", re.IGNORECASE)
_BESIDE = re.compile(rf"<table|</{_ROW}[^<>]*+>{_NOTHING}(?!</?{_ROW}|\Z)", re.IGNORECASE)


def apart(html: str) -> str:
    """Return HTML with a table around rows outside a table, or with paragraphs in their place.

    A parser drops rows and cells outside a table, and the figures of two cells would run together.
    If there is other text beside the rows, each part becomes a paragraph: in a table, a parser
    would move that text before the table.
    """
    if _ROWS.match(html) and not _BESIDE.search(html):
        return f"<table>{html}</table>"
    tables = 0

    def instead(found: re.Match[str]) -> str:
        nonlocal tables
        if found[2].lower() == "table":
            tables = max(0, tables - 1) if found[1] else tables + 1
            return found[0]
        return found[0] if tables else f"<{found[1]}p"

    return _PART.sub(instead, html)


def in_order(parts: list[Node], feet: set[int]) -> list[Node]:
    """Return a table's parts in a browser's order: the head first, the foot last.

    Only the first head and the first foot move. Others stay where they are.

    Args:
        feet: the `id()` of each part that was written as a foot.
    """
    head = [part for part in parts if part[0] == "thead"][:1]
    foot = [part for part in parts if id(part) in feet][:1]
    moved = {id(part) for part in head + foot}
    return [*head, *(part for part in parts if id(part) not in moved), *foot]


def cells(table: Node) -> list[Node]:
    """Return the cells of a table, row by row."""
    return [cell for rows in table[1:] for row in rows[1:] for cell in row[1:]]


def lays_out(table: Node) -> bool:
    """Return whether a table is used only for a page's layout.

    Such a table has one cell at most, or no head and a heading, rule, figure or table in a cell.
    """
    found = cells(table)
    headed = any(part[0] == "thead" for part in table[1:]) or any(c[0] == "th" for c in found)
    return len(found) < 2 or (not headed and any(map(has_page, found)))


def has_page(cell: Node) -> bool:
    """Return whether a cell contains a heading, rule, figure or table."""
    return any(isinstance(child, list) and child[0] in _PAGE for child in cell[1:])


def content(cell: Node) -> list[Node]:
    """Return a cell's content as blocks, with loose text in paragraphs."""
    blocks: list[Node] = []
    loose = False
    for child in cell[1:]:
        if isinstance(child, dict):
            continue
        if not is_inline(child):
            blocks.append(child)
        elif loose:
            blocks[-1].append(child)
        else:
            blocks.append(["p", child])
        loose = is_inline(child)
    return blocks


def plain_content(cell: Node) -> list[Node]:
    """Return a cell's content without headings, rules and figures.

    A heading becomes strong text, and a picture loses its figure.
    """
    blocks: list[Node] = []
    for block in content(cell):
        if block[0] in {"h2", "h3"}:
            blocks.append(["p", ["strong", *_without_strong(block[1:])]])
        elif block[0] in {"figure", "figcaption"}:
            blocks += plain_content(block)
        elif block[0] != "hr":
            blocks.append(block)
    return blocks


def _without_strong(children: list[Any]) -> list[Any]:
    """Return a heading's content without `strong`, which must not be nested in itself."""
    made: list[Any] = []
    for child in children:
        inside = [child]
        if isinstance(child, list):
            inside = _without_strong(child[1:])
            if child[0] != "strong":
                inside = [[child[0], *inside]]
        for one in inside:
            if made and isinstance(one, str) and isinstance(made[-1], str):
                made[-1] += one
            else:
                made.append(one)
    return made
