"""End the value of an attribute that was never ended, for it eats the words after its tag.

    <a href="https://example.org>She resigned</a> on 5 May.

A parser takes all up to the next quotation mark for the address. The value ends where the tag was
meant to: at its bracket.
"""

import re

from .excerpt import excerpt
from .lost import ATTRIBUTES, MARKUP, SAID, after

# Each may cost a look at the whole text.
MAX_ENDED = 20

QUOTES = ("'", '"')
_STRAY = frozenset("\"'<")
# The value ends where one of a later tag begins.
_CUT_TAG = re.compile(r"<[a-z][^<>]*=\s*[\"']\Z", re.IGNORECASE)
_UNENDED = re.compile(r"\s*+=\s*+[\"']")


def ended(html: str) -> tuple[str, list[str]]:
    """Return HTML with such values ended, and a sentence for each."""
    parts: list[str] = []
    said: list[str] = []
    here = looked = 0
    low = html.lower()
    while len(said) < MAX_ENDED and (found := MARKUP.search(html, looked)):
        looked = after(found, low)
        bracket = _bracket(html, found) if found["name"] else None
        if bracket is None:
            continue
        quote = html[bracket[0]]
        parts += [html[here : bracket[1]], quote]
        words = excerpt(html[found.start() :], SAID)
        said.append(f"A quotation mark was put where one was missing: {words}.")
        here = looked = bracket[1]
    return "".join([*parts, html[here:]]), said


def _bracket(html: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Return where the value that has no end begins, and the bracket that was to end its tag."""
    begun: int | None = None
    cut_tag = False
    for one in ATTRIBUTES.finditer(html, *found.span("attributes")):
        name, value = one[1], one[2] or ""
        quoted = value[:1] in QUOTES and value != ""
        if begun is None and quoted and ">" in value:
            begun = one.start(2)
            cut_tag = _CUT_TAG.search(value) is not None
        # The mark that begins the next value has ended this one; the mark that ends it is left.
        if begun is not None and (cut_tag or _STRAY & set(name if quoted else name + value)):
            return begun, html.index(">", begun)
    if not found["close"] and (value_ := _UNENDED.match(html, found.end())):
        bracket = html.find(">", value_.end())
        return (value_.end() - 1, bracket) if bracket >= 0 else None
    return None
