"""Tables that hold figures, and tables that only lay out a page."""

from typing import Any

from .body_elements import CELLS, INLINES

Node = list[Any]
_PAGE = frozenset({"h2", "h3", "hr", "figure", "table"})


def cells(table: Node) -> list[Node]:
    """Return the cells of a table, row by row."""
    return [cell for rows in table[1:] for row in rows[1:] for cell in row[1:]]


def lays_out(table: Node) -> bool:
    """Tell whether a table is no table: it has one cell, or a part of a page in a cell."""
    found = cells(table)
    return len(found) < 2 or any(
        isinstance(child, list) and child[0] in _PAGE for cell in found for child in cell[1:]
    )


def content(cell: Node) -> list[Node]:
    """Return what a cell holds as blocks, its loose text in a paragraph."""
    assert cell[0] in CELLS
    inside = [child for child in cell[1:] if not isinstance(child, dict)]
    loose = 0
    while loose < len(inside) and _is_inline(inside[loose]):
        loose += 1
    return [["p", *inside[:loose]], *inside[loose:]] if loose else inside


def _is_inline(child: str | Node) -> bool:
    return isinstance(child, str) or child[0] in INLINES | {"br", "img"}
