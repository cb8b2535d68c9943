"""Limits on the cost of reading a body, estimated in one cheap pass before anything is parsed."""

import re
from collections import Counter

from markdown_it.token import Token

from stoppress.newsroom.phrase import Phrase

MAX_CHARS = 200_000
# One markup character in four; even a page of links has one in eight.
MAX_MARKS = 50_000
# The cost of a tag is the number of elements open around it, and an unclosed <b id=…> is reopened
# in each later paragraph. An article of 10,000 tags at a depth of 20 costs 200,000.
MAX_WORK = 1_000_000
# The address of a link reference is written out at each use, even if the use is short.
MAX_HTML = 2_000_000

_MARKS = {"markdown": "[]*_`~|<&!\\", "html": "<&"}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# These add no depth: they are empty, or end the one before them (HTML, section 13.2.6.4.7).
_NEVER_DEEP = {"br", "dd", "dt", "embed", "hr", "img", "li", "meta", "p"}
# These add no depth outside SVG and MathML.
_SELDOM_DEEP = {
    *("area", "base", "caption", "col", "colgroup", "input", "link", "param", "source", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "track", "wbr"),
}
_FOREIGN = re.compile(r"<(?:svg|math)", re.IGNORECASE)


class TooCostly(ValueError):
    """A body would take too long to read. The message is a predicate, for the subject "body"."""

    def __init__(self, message: Phrase) -> None:
        super().__init__(message)
        self.message = message


def check_text(text: str, body_format: str) -> None:
    """Refuse a text that is too long, or has more markup characters than any article.

    Raises:
        TooCostly.
    """
    if len(text) > MAX_CHARS:
        raise TooCostly(
            Phrase(
                "has %(number)d characters; the limit is %(limit)d.",
                number=len(text),
                limit=MAX_CHARS,
            )
        )
    check_marks(text, body_format)


def check_marks(text: str, body_format: str) -> None:
    """Refuse a text with more markup characters than any article.

    Raises:
        TooCostly.
    """
    if sum(map(text.count, _MARKS[body_format])) > MAX_MARKS:
        raise TooCostly(
            Phrase(
                "has more than %(limit)d markup characters of %(format)s.",
                limit=MAX_MARKS,
                format=body_format,
            )
        )


def check_tokens(tokens: list[Token]) -> None:
    """Refuse Markdown whose link references would expand to too much HTML.

    Raises:
        TooCostly.
    """
    addresses = 0
    for token in tokens:
        for inner in token.children or ():
            addresses += sum(len(str(value)) for value in inner.attrs.values())
    if addresses > MAX_HTML:
        raise TooCostly(Phrase("uses long link references too often."))


def check_html(html: str) -> None:
    """Refuse HTML that is too long or has too many nested tags.

    Raises:
        TooCostly.
    """
    if len(html) > MAX_HTML:
        raise TooCostly(Phrase("is too large as HTML."))
    flat = _NEVER_DEEP if _FOREIGN.search(html) else _NEVER_DEEP | _SELDOM_DEEP
    opened: Counter[str] = Counter()
    depth = work = 0
    for end, name in _TAG.findall(html):
        name = name.lower()
        if end:
            # An end tag without a start tag is also ignored by a parser.
            if opened[name]:
                opened[name] -= 1
                depth -= 1
            continue
        if name not in flat:
            opened[name] += 1
            depth += 1
        work += depth
        if work > MAX_WORK:
            raise TooCostly(Phrase("has too many nested tags."))
