"""Limits on what a body may cost to read, counted in one cheap pass before anything is parsed."""

import re
from collections import Counter

from markdown_it.token import Token

MAX_CHARS = 200_000
# One mark in four characters; even a page of links has one in eight.
MAX_MARKS = 50_000
# A tag costs a parser as much as there are elements open around it, and an unclosed <b id=…> is
# opened again in each later paragraph. An article of 10,000 tags 20 deep comes to 200,000.
MAX_WORK = 1_000_000
# A reference's address is written out at each use, however short the use is.
MAX_HTML = 2_000_000

_MARKS = {"markdown": "[]*_`~|<&!\\", "html": "<&"}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# These hold nothing, or end the one before them (HTML, section 13.2.6.4.7) …
_NEVER_DEEP = {"br", "dd", "dt", "embed", "hr", "img", "li", "meta", "p"}
# … and these do so outside SVG and MathML.
_SELDOM_DEEP = {
    *("area", "base", "caption", "col", "colgroup", "input", "link", "param", "source", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "track", "wbr"),
}
_FOREIGN = re.compile(r"<(?:svg|math)", re.IGNORECASE)


class TooCostly(ValueError):
    """A body that would take too long to read; the message goes on where its name ends."""


def check_text(text: str, body_format: str) -> None:
    """Refuse a text with more marks than any article has.

    Raises:
        TooCostly.
    """
    if len(text) > MAX_CHARS:
        raise TooCostly(f"has {len(text)} characters; {MAX_CHARS} is the most.")
    if sum(map(text.count, _MARKS[body_format])) > MAX_MARKS:
        raise TooCostly(f"has more than {MAX_MARKS} marks of {body_format}.")


def check_tokens(tokens: list[Token]) -> None:
    """Refuse Markdown whose references would grow beyond measure.

    Raises:
        TooCostly.
    """
    addresses = 0
    for token in tokens:
        for inner in token.children or ():
            addresses += sum(len(str(value)) for value in inner.attrs.values())
    if addresses > MAX_HTML:
        raise TooCostly("uses long link references too often.")


def check_html(html: str) -> None:
    """Refuse HTML of too many tags within too many.

    Raises:
        TooCostly.
    """
    if len(html) > MAX_HTML:
        raise TooCostly("is too large as HTML.")
    flat = _NEVER_DEEP if _FOREIGN.search(html) else _NEVER_DEEP | _SELDOM_DEEP
    opened: Counter[str] = Counter()
    depth = work = 0
    for end, name in _TAG.findall(html):
        name = name.lower()
        if end:
            # One that closes nothing here closes nothing in a parser either.
            if opened[name]:
                opened[name] -= 1
                depth -= 1
            continue
        if name not in flat:
            opened[name] += 1
            depth += 1
        work += depth
        if work > MAX_WORK:
            raise TooCostly("has too many tags within each other.")
