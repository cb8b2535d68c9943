"""Reads HTML pasted from another program, and tidies it to look as if an editor had typed it."""

import re
from html import unescape
from itertools import groupby
from typing import Any

from stoppress.newsroom.phrase import Phrase, marked

from .as_markdown import as_markdown
from .body import Body, TooCostly, from_html
from .elements import INLINES
from .excerpt import excerpt
from .html_line import html_of
from .limits import check_marks, check_text
from .nodes import children_of, has_text, is_inline, says_something
from .tables import cells
from .tree import Tree
from .word_processor import without_second_breaks

Node = list[Any]
MAX_WARNINGS = 200  # a warning may be the only trace of a text that was left out
MAX_PASTED = 1_000_000  # characters; programs write several for each character of the text
_BODY = re.compile(r"<body\b[^<>]*+>", re.IGNORECASE)
_AFTER = re.compile(r"</body\s*+>.{0,500}\Z", re.DOTALL | re.IGNORECASE)
_PROGRAM = re.compile(r"<meta\b[^<>]*+>", re.IGNORECASE)  # one of them has the program's name
_UNSEEN = re.compile(r"<style\b[^<>]*+>|(<!--)", re.IGNORECASE)
_STYLE_ENDS = re.compile(r"</style[^<>]*+>", re.IGNORECASE)
_COMMENT_ENDS = re.compile("-->")
_DRAWN = re.compile(r"<!--\[if gte (?:vml|msEquation)", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*+>|\A\[if[^\]]*+\]>|<!\[endif\]\Z")
_LOST = marked("Text in an equation or a text box of Word was left out: %(words)s.")
# Programs write several spaces as a mix of normal and no-break spaces.
_SPACES = re.compile(r"[ \t\n\xa0]{2,}|[\t\n]")
_TIDIED = INLINES - {"code"}


def read_pasted(written: str) -> Body:
    """Return the tree of HTML from the clipboard, and a warning for each part left out.

    Raises:
        TooCostly: it is too long, or would take too long to read.
    """
    if len(written) > MAX_PASTED:
        raise TooCostly(
            Phrase(
                "has %(number)d characters; the limit is %(limit)d.",
                number=len(written),
                limit=MAX_PASTED,
            )
        )
    content, drawn = _content(without_second_breaks(written))
    check_marks(content, "html")
    made = from_html(content, MAX_WARNINGS)
    tidy = from_html("".join(_html(tidied(node)) for node in made.tree))
    return Body(tidy.tree, (*drawn, *made.warnings))


def _content(written: str) -> tuple[str, list[Phrase]]:
    """Return the content of the `body` element, without styles and comments; and warnings.

    Word puts equations and the text of text boxes into comments, beside a picture of them: there is
    a warning for each.
    """
    body = _BODY.search(written)
    head = "".join(_PROGRAM.findall(written, 0, body.start())) if body else ""
    after = _AFTER.search(written, max(body.end() if body else 0, len(written) - 520))
    here, end = body.end() if body else 0, after.start() if after else len(written)
    parts = [head]
    drawn: list[Phrase] = []
    while found := _UNSEEN.search(written, here, end):
        ends = _COMMENT_ENDS if found[1] else _STYLE_ENDS
        closed = ends.search(written, found.start() + 2, end)
        if closed is None:
            break  # a parser takes the rest as its content, and a warning reports that
        parts.append(written[here : found.start()])
        if len(drawn) < MAX_WARNINGS and _DRAWN.match(written, found.start()):
            words = unescape(_TAGS.sub(" ", written[found.end() : closed.start()]))
            if words.strip(" \n\t]-"):
                drawn.append(Phrase(_LOST, words=excerpt(" ".join(words.split()))))
        here = closed.end()
    return "".join([*parts, written[here:end]]), list(dict.fromkeys(drawn))


def as_text(tree: Tree, body_format: str) -> str:
    """Return a tree as the text of a body in a format; a single paragraph without its tag.

    Raises:
        TooCostly: the text would be too long for a body.
    """
    if body_format == "markdown":
        text = as_markdown(tree)
    elif is_blocks(tree):
        text = "\n".join(map(_html, tree))
    else:
        text = "".join(map(_html, tree)).removeprefix("<p>").removesuffix("</p>")
    check_text(text, body_format)
    return text


def is_blocks(tree: Tree) -> bool:
    """Return whether a tree is more than one paragraph."""
    return len(tree) > 1 or any(node[0] != "p" for node in tree)


def _html(node: Node) -> str:
    return html_of(node).replace("&#10;", "\n")


def tidied(node: Node) -> Node:
    """Return a block without extra line ends and spaces, and with split pieces of text joined.

    The first row of a table becomes its head if the whole row is strong and the table has no head.
    """
    if node[0] == "pre":
        return _code_block(node)
    made: list[Any] = []
    for is_line, group in groupby(children_of(node), is_inline):
        children = list(group)
        made += _line(children) if is_line else map(tidied, children)
    block = [node[0], *_attributes(node), *made]
    return _with_head(block) if node[0] == "table" else block


def _code_block(node: Node) -> Node:
    match children_of(node):
        case [str(text)]:
            return ["pre", ["code", text.rstrip("\n") + "\n"]]
    return node


def _line(children: list[Any]) -> list[Any]:
    """Return the content of a paragraph, tidied. After a break, a new line begins."""
    made = _trimmed(_joined(_with_outer_spaces(children)))
    lines: list[Any] = []
    for at, child in enumerate(made):
        if not (at and made[at - 1][0] == "br"):
            lines.append(child)
        elif isinstance(child, str):
            lines.append("\n" + child.lstrip(" "))
        else:
            lines += ["\n", child]
    return lines


def _trimmed(children: list[Any]) -> list[Any]:
    """Return content without the spaces and breaks at its ends."""
    made = list(children)
    for strip in (str.lstrip, str.rstrip):
        made.reverse()
        while made and (isinstance(made[-1], str) or made[-1][0] == "br"):
            last = made.pop()
            if isinstance(last, str) and (text := strip(last, " ")):
                made.append(text)
                break
    return made


def _with_outer_spaces(children: list[Any]) -> list[Any]:
    """Return content with the spaces at either end of an element moved out of it."""
    made: list[Any] = []
    for child in children:
        if isinstance(child, str):
            made.append(_spaced(child))
        elif child[0] not in _TIDIED:
            made.append(child)
        else:
            inside = _joined(_with_outer_spaces(children_of(child)))
            before, after = _taken(inside, 0), _taken(inside, -1)
            node = [child[0], *_attributes(child), *(each for each in inside if each != "")]
            made += [before, *([node] if says_something(node) else inside), after]
    return made


def _taken(inside: list[Any], end: int) -> str:
    """Take the spaces from an end of an element's content."""
    if not inside or not isinstance(inside[end], str):
        return ""
    text = inside[end]
    inside[end] = text.lstrip(" \xa0") if end == 0 else text.rstrip(" \xa0")
    taken = len(text) - len(inside[end])
    return "" if not taken else text[:taken] if end == 0 else text[-taken:]


def _joined(children: list[Any]) -> list[Any]:
    """Return content with neighbours of the same kind joined, even if a space separates them."""
    groups: list[list[Any]] = []
    for child in children:
        if child == "":
            continue
        if groups and _is_same_kind(child, groups[-1][0]):
            groups[-1].append(child)
        elif len(groups) > 1 and _is_same_kind(child, groups[-2][0]) and _is_space(groups[-1]):
            groups.pop()
            groups[-1] += [" ", child]
        else:
            groups.append([child])
    return [_one(group) for group in groups]


def _one(group: list[Any]) -> Any:
    """Return one text or element with the content of all."""
    first, *others = group
    if isinstance(first, str):
        return _spaced("".join(group))
    if not others:
        return first
    inside = [each for one in group for each in (children_of(one) if one != " " else [one])]
    return [first[0], *_attributes(first), *_joined(inside)]


def _is_space(group: list[Any]) -> bool:
    return isinstance(group[0], str) and _spaced("".join(group)) == " "


def _spaced(text: str) -> str:
    """Return text with one space where there are several, or a line end."""
    return _SPACES.sub(" ", text)


def _is_same_kind(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str)
    if one[0] not in _TIDIED:
        return False
    return bool(one[0] == other[0]) and _attributes(one) == _attributes(other)


def _with_head(table: Node) -> Node:
    """Return a table with its first row as the head, if that whole row is strong."""
    body = table[1] if len(table) == 2 else None
    if (
        body is None
        or body[0] != "tbody"
        or len(body) < 3
        or any(c[0] == "th" for c in cells(table))
    ):
        return table
    first, *others = body[1:]
    if not all(_is_strong(cell) for cell in first[1:] if has_text(cell)) or not has_text(first):
        return table
    head = [["th", *_attributes(cell), *_unstrong(cell)] for cell in first[1:]]
    return ["table", ["thead", ["tr", *head]], ["tbody", *others]]


def _attributes(node: Node) -> list[Any]:
    return [each for each in node[1:2] if isinstance(each, dict)]


def _is_strong(cell: Node) -> bool:
    match children_of(cell):
        case [["strong", *_]]:
            return True
    return False


def _unstrong(cell: Node) -> list[Any]:
    inside = children_of(cell)
    return children_of(inside[0]) if _is_strong(cell) else inside
