"""Writes a body's tree as Markdown, as an editor would type it.

`read(as_markdown(tree)).tree == tree` for each tree that HTML can express. To ensure this, the
Markdown is read again. If the result is another tree, more characters are escaped; then inline
elements are written as HTML; then the whole block is. Markdown has no table with spans, for
example.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from .body import read
from .html_line import html_of
from .markdown_line import CAREFUL, LIGHT, RUNS, TAGGED, escaped_start, in_line, is_address
from .nodes import children_of, is_inline
from .tables import content
from .tree import Tree

Node = list[Any]


def as_markdown(tree: Tree) -> str:
    """Return Markdown that is read as this tree.

    Raises:
        TooCostly: the Markdown would be too long to be read.
    """
    text = _joined(tree, [_block(node, LIGHT) for node in tree])
    if _reads_as(text, tree):
        return text
    text = _joined(tree, [_sure(node) for node in tree])
    if _reads_as(text, tree):
        return text
    return "\n\n".join(map(_as_html, tree))


def _sure(node: Node) -> str:
    for care in (LIGHT, CAREFUL, TAGGED):
        text = _block(node, care)
        if _reads_as(text, [node]):
            return text
    return _as_html(node)


def _reads_as(text: str, tree: Tree) -> bool:
    return read(text).tree == tree


# -- blocks ------------------------------------------------------------------------------------


def _joined(nodes: list[Node], texts: list[str]) -> str:
    """Join blocks. A list directly after a list of the same kind gets the other marker."""
    made: list[str] = []
    other = False
    for at, (node, text) in enumerate(zip(nodes, texts, strict=True)):
        other = bool(at) and nodes[at - 1][0] == node[0] and not other
        if node[0] in {"ul", "ol"} and other and not text.startswith("<"):
            text = _list(node, LIGHT, other=True)
        made.append(text)
    return "\n\n".join(made)


def _block(node: Node, care: int) -> str:
    write = _BLOCKS.get(node[0])
    return write(node, care) if write else _as_html(node)


def _paragraph(node: Node, care: int) -> str:
    children = children_of(node)
    if care == LIGHT and len(children) == 1 and is_address(children[0]):
        return str(children[0][2])
    return escaped_start(in_line(children, care))


def _heading(node: Node, care: int) -> str:
    marks = "#" * int(node[0][1])
    words = in_line(children_of(node), care).replace("\n", "&#10;" if care else " ")
    return f"{marks} {words}"


def _quote(node: Node, care: int) -> str:
    lines = _blocks(node, care).split("\n")
    return "\n".join(f"> {line}".rstrip() if not line else f"> {line}" for line in lines)


def _list(node: Node, care: int, other: bool = False) -> str:
    items = [child for child in node[1:] if not isinstance(child, dict)]
    values = node[1] if len(node) > 1 and isinstance(node[1], dict) else {}
    first = int(values.get("start", "1"))
    if first < 0:
        return _as_html(node)
    numbers = count(first)
    written = []
    for item in items:
        sign = (
            ("*" if other else "-")
            if node[0] == "ul"
            else f"{next(numbers)}{')' if other else '.'}"
        )
        text = _blocks(item, care, tight=True)
        indent = " " * (len(sign) + 1)
        first_line, *more = text.split("\n")
        lines = [f"{sign} {first_line}".rstrip(), *(indent + line if line else "" for line in more)]
        written.append("\n".join(lines))
    loose = any("\n\n" in text for text in written)
    return ("\n\n" if loose else "\n").join(written)


def _blocks(node: Node, care: int, tight: bool = False) -> str:
    """Return a container's content, with loose text as a paragraph."""
    blocks = content(node)
    texts = [_block(block, care) for block in blocks]
    follows = [block[0] for block in blocks]
    if tight and len(blocks) == 2 and follows[0] == "p" and _follows_at_once(blocks[1]):
        return "\n".join(texts)
    return _joined(blocks, texts)


def _follows_at_once(node: Node) -> bool:
    """Return whether a list may follow a paragraph without an empty line."""
    return node[0] == "ul" or (node[0] == "ol" and not isinstance(node[1:2][:1] and node[1], dict))


def _code_block(node: Node, care: int) -> str:
    match children_of(node):
        case [["code", str(text)]] if text.endswith("\n"):
            runs = [len(run) for run in RUNS.findall(text)]
            fence = "`" * max(3, *(length + 1 for length in [0, *runs]))
            return f"{fence}\n{text}{fence}"
    return _as_html(node)


def _table(node: Node, care: int) -> str:
    """Return a table as Markdown, or as HTML if it has spans or no head, which Markdown lacks."""
    rows = [row for part in node[1:] for row in part[1:]]
    names = [part[0] for part in node[1:]]
    heads = [{cell[0] for cell in row[1:]} for row in rows]
    cells = [cell for row in rows for cell in row[1:]]
    if (
        names not in (["thead"], ["thead", "tbody"])
        or len(node[1]) != 2
        or heads[0] != {"th"}
        or any(kinds != {"td"} for kinds in heads[1:])
        or len({len(row) for row in rows}) != 1
        or any(isinstance(cell[1], dict) for cell in cells if len(cell) > 1)
        or not all(is_inline(child) for cell in cells for child in cell[1:])
    ):
        return _as_html(node)
    lines = ["| " + " | ".join(_cell(cell, care) for cell in row[1:]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * (len(rows[0]) - 1))
    return "\n".join(lines)


def _cell(cell: Node, care: int) -> str:
    words = in_line(children_of(cell), care).replace("\n", "&#10;" if care else " ")
    return words.replace("|", r"\|") if care == LIGHT else words


def _embed(node: Node, care: int) -> str:
    """Return the address alone, or a link with the title."""
    url, title = node[1]["url"], node[1]["title"]
    if care == TAGGED:
        return _as_html(node)
    return in_line([["a", {"href": url}, title]], care) if title else str(url)


def _as_html(node: Node) -> str:
    """Return a block as HTML, with each row of a table on its own line."""
    if node[0] == "table":
        return html_of(node).replace("<tr>", "\n<tr>").replace("</table>", "\n</table>")
    return html_of(node)


_BLOCKS: dict[str, Callable[[Node, int], str]] = {
    "p": _paragraph,
    **dict.fromkeys(("h2", "h3"), _heading),
    "hr": lambda node, care: "---",
    "blockquote": _quote,
    **dict.fromkeys(("ul", "ol"), _list),
    "embed": _embed,
    "pre": _code_block,
    "table": _table,
}
