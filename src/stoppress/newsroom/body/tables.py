"""Tables that hold figures, and tables that only lay out a page."""

import re
from typing import Any

from .elements import INLINES

Node = list[Any]
_PAGE = frozenset({"h2", "h3", "hr", "figure", "table"})

_PART = re.compile(r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th)(?=[\s/>])", re.IGNORECASE)
_ROW = r"(?:t[rdh]|tbody|thead|tfoot)(?=[\s/>])"
_NOTHING = r"(?:\s|<!--[^<>]*+>)*+"
_ROWS = re.compile(rf"{_NOTHING}<{_ROW}", re.IGNORECASE)
_BESIDE = re.compile(rf"<table|</{_ROW}[^<>]*+>{_NOTHING}(?!</?{_ROW}|\Z)", re.IGNORECASE)


def apart(html: str) -> str:
    """Return HTML with a table for rows that have none, or a paragraph for each part of theirs.

    A parser drops a tag that stands in no table, and two cells' figures would run into one. What
    stands beside rows would move before a table around them.
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
    """Return a table's parts as a browser shows them: its head first, its foot last.

    Of several heads or feet it so moves the first; the others are rows like all.

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
    """Tell whether a table is no table: it has one cell, or a part of a page in a cell.

    One that has heads is a table, whatever else is in it.
    """
    found = cells(table)
    headed = any(part[0] == "thead" for part in table[1:]) or any(c[0] == "th" for c in found)
    return len(found) < 2 or (not headed and any(map(has_page, found)))


def has_page(cell: Node) -> bool:
    """Tell whether a part of a page stands in a cell."""
    return any(isinstance(child, list) and child[0] in _PAGE for child in cell[1:])


def content(cell: Node) -> list[Node]:
    """Return what a cell holds as blocks, its loose text in a paragraph."""
    blocks: list[Node] = []
    loose = False
    for child in cell[1:]:
        if isinstance(child, dict):
            continue
        if not _is_inline(child):
            blocks.append(child)
        elif loose:
            blocks[-1].append(child)
        else:
            blocks.append(["p", child])
        loose = _is_inline(child)
    return blocks


def plain_content(cell: Node) -> list[Node]:
    """Return what a cell of figures holds: headings as strong text, pictures without a frame."""
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
    """Return a heading's content for within `strong`, which may not stand in itself."""
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


def _is_inline(child: str | Node) -> bool:
    return isinstance(child, str) or child[0] in INLINES | {"br", "img"}
