"""Writes inline content as Markdown: text, links, pictures, emphasis and code."""

import re
from itertools import count
from typing import Any

from .elements import VOID
from .html_line import attributes_of
from .markdown import keeps_address
from .nodes import children_of

Node = list[Any]
# How much is escaped, and whether inline elements are written as HTML.
LIGHT, CAREFUL, TAGGED = range(3)
RUNS = re.compile("`+")
_AT_START = re.compile(
    r"(?m)^([ \t]*)(#{1,6}(?=\s|$)|[-+*](?=\s|$)|[=>]|[-_*~]{3,}|\d{1,9}(?=[.)](?:\s|$)))"
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACE = re.compile(r"[^\S \n]|(?<=[ \n]) | (?=\n)")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\n]|$)")
# Characters that are probably markup: a bracket that begins a tag, an asterisk that is no
# multiplication sign, an underscore at either end of a word, a backtick, two tildes.
_MARKS = (
    re.compile(r"<(?=[A-Za-z/!?])"),
    re.compile(r"(?<![0-9])\*|\*(?![\w*])"),
    re.compile(r"(?<![^\W_])_|_(?![^\W_])"),
    re.compile("`"),
    re.compile("~(?=~)"),
)


def escaped_start(text: str) -> str:
    """Return lines of which none begins a list, a heading or another block."""

    def escaped(found: re.Match[str]) -> str:
        mark = found[2]
        return found[1] + (f"{mark}\\" if mark[0].isdigit() else f"\\{mark}")

    return _AT_START.sub(escaped, text)


def in_line(children: list[Any], care: int, within: str = "") -> str:
    """Return the content of a paragraph.

    Args:
        care: `LIGHT` escapes probable markup, `CAREFUL` all possible markup, and `TAGGED` also
            writes elements as HTML.
        within: the marks of the emphasis around it.
    """
    parts: list[str] = []
    for at, child in enumerate(children):
        before = _edge(children[at - 1], -1) if at else ""
        following = children[at + 1] if at + 1 < len(children) else ""
        if isinstance(child, str):
            text = _text(child, care)
            is_link = not isinstance(following, str) and following[0] in {"a", "img"}
            parts.append(text[:-1] + r"\!" if text.endswith("!") and is_link and not care else text)
        elif child[0] == "br":
            is_end = isinstance(following, str) and following.startswith("\n")
            parts.append("\\" if is_end and care < TAGGED else "<br>")
        else:
            marked = care < TAGGED and _may_be_marked(child, before, _edge(following, 0))
            parts.append(_element(child, care, within, marked))
    return "".join(parts)


def _edge(node: object, end: int) -> str:
    """Return the first (0) or last (-1) character of a node's text; a space if it has no text."""
    if isinstance(node, str):
        return node[end] if node else ""
    children = children_of(node) if isinstance(node, list) else []
    return _edge(children[end], end) if children else " "


def _may_be_marked(node: Node, before: str, following: str) -> bool:
    """Return whether `*` can begin and end emphasis around a node, given the characters beside."""
    first, last = _edge(node, 0), _edge(node, -1)
    if first.isspace() or last.isspace() or (before.isalnum() and first.isdigit()):
        return False
    sides = ((before, first), (following, last))
    return all(inner.isalnum() or not outer.isalnum() for outer, inner in sides)


def _element(node: Node, care: int, within: str, marked: bool) -> str:
    name, children = node[0], children_of(node)
    if name == "a" and keeps_address(node[1]["href"]):
        return _link(node, care)
    if name == "img" and keeps_address(node[1]["src"]) and (picture := _picture(node[1], care)):
        return picture
    if name == "code" and len(children) == 1 and isinstance(children[0], str) and care < TAGGED:
        return _code(children[0])
    if name in {"s", "em", "strong"} and marked:
        sign = "~~" if name == "s" else "_" if within[:1] == "*" else "*"
        mark = sign * 2 if name == "strong" else sign
        return f"{mark}{in_line(children, care, mark)}{mark}"
    said = attributes_of(node)
    if name in VOID:
        return f"<{name}{said}>"
    return f"<{name}{said}>{in_line(children, care)}</{name}>"


def _link(node: Node, care: int) -> str:
    if is_address(node):
        return f"<{node[2]}>"
    return f"[{in_line(children_of(node), care)}]({_address(node[1]['href'])})"


def is_address(node: object) -> bool:
    """Return whether a node is a link whose text is its address."""
    match node:
        case ["a", {"href": str(href)}, str(text)]:
            return text == href and re.match(r"https?://\S+$", href) is not None
    return False


def _address(address: str) -> str:
    address = _ENTITY.sub("&amp;", address)
    return f"<{address}>" if re.search(r"[()\s]", address) or not address else address


def _picture(said: dict[str, str], care: int) -> str:
    if said.keys() - {"src", "alt", "title"} or "alt" not in said:
        return ""
    alt = _text(said["alt"], care)
    title = said.get("title", "")
    quoted = ' "' + _text(title, CAREFUL).replace("\n", "&#10;") + '"' if title else ""
    return f"![{alt}]({_address(said['src'])}{quoted})"


def _code(text: str) -> str:
    runs = {len(run) for run in RUNS.findall(text)}
    fence = "`" * next(length for length in count(1) if length not in runs)
    padded = text[:1] in "` " and text.strip() != "" or text[-1:] == "`"
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def _text(text: str, care: int) -> str:
    if care:
        text = _PUNCTUATION.sub(r"\\\1", text)
        text = _SPACE.sub(lambda found: f"&#{ord(found[0])};", text)
        return re.sub(r"\n(?=\n)|(?<=\n)\n", "&#10;", text)
    text = _BACKSLASH.sub(r"\\\\", text)
    text = _ENTITY.sub("&amp;", text)
    for mark in _MARKS:
        text = mark.sub(lambda found: "\\" + found[0], text)
    return text.replace("](", r"\](")
