"""Adds a missing quotation mark at the end of an attribute's value.

    <a href="https://example.org>She resigned</a> on 5 May.

Without it a parser takes everything up to the next quotation mark as the address, and the words
after the tag are lost. The mark is added before the tag's closing bracket.
"""

import re

from stoppress.newsroom.phrase import Phrase

from .excerpt import excerpt
from .lost import ATTRIBUTES, MARKUP, SAID, after

# Each missing quotation mark may cost a search through the whole text.
MAX_ENDED = 20

QUOTES = ("'", '"')
_STRAY = frozenset("\"'<")
# The value runs up to the quotation mark that begins the value of a later tag.
_CUT_TAG = re.compile(r"<[a-z][^<>]*=\s*[\"']\Z", re.IGNORECASE)
_UNENDED = re.compile(r"\s*+=\s*+[\"']")


def ended(html: str) -> tuple[str, list[Phrase]]:
    """Return HTML with the missing quotation marks, and a warning for each."""
    parts: list[str] = []
    said: list[Phrase] = []
    here = looked = 0
    low = html.lower()
    while len(said) < MAX_ENDED and (found := MARKUP.search(html, looked)):
        if found[0] == "<!--":
            break  # the element is never closed, and a parser takes the rest as its content
        looked = after(found, html, low)
        bracket = _bracket(html, found) if found["name"] else None
        if bracket is None:
            continue
        quote = html[bracket[0]]
        parts += [html[here : bracket[1]], quote]
        words = excerpt(html[found.start() :], SAID)
        said.append(Phrase("A missing quotation mark was added: %(words)s.", words=words))
        here = looked = bracket[1]
    return "".join([*parts, html[here:]]), said


def _bracket(html: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Return the positions of an unclosed value and of its tag's closing bracket; else None."""
    begun: int | None = None
    cut_tag = False
    for one in ATTRIBUTES.finditer(html, *found.span("attributes")):
        name, value = one[1], one[2] or ""
        quoted = value[:1] in QUOTES and value != ""
        if begun is None and quoted and ">" in value:
            begun = one.start(2)
            cut_tag = _CUT_TAG.search(value) is not None
        # The mark that should begin the next value has ended this one; that value's end mark is
        # left over.
        if begun is not None and (cut_tag or _STRAY & set(name if quoted else name + value)):
            return begun, html.index(">", begun)
    if not found["close"] and (value_ := _UNENDED.match(html, found.end())):
        bracket = html.find(">", value_.end())
        return (value_.end() - 1, bracket) if bracket >= 0 else None
    return None
