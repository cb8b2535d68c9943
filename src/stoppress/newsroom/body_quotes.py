"""End the value of an attribute that was never ended, for it eats the words after its tag.

    <a href="https://example.org>She resigned</a> on 5 May.

A parser takes all up to the next quotation mark for the address. The value ends where the tag was
meant to: at its bracket.
"""

import re

from .body_lost import ATTRIBUTES, CODE, MARKUP, cut

# Each may cost a look at the whole text.
MAX_ENDED = 20

QUOTES = ("'", '"')
_STRAY = frozenset("\"'<")
_UNENDED = re.compile(r"\s*+=\s*+[\"']")


def ended(html: str) -> tuple[str, list[str]]:
    """Return HTML with such values ended, and a sentence for each."""
    parts: list[str] = []
    said: list[str] = []
    here = looked = 0
    low = html.lower()
    while len(said) < MAX_ENDED and (found := MARKUP.search(html, looked)):
        looked = found.end()
        name = (found["name"] or "").lower()
        if name in CODE and not found["end"]:
            # What is left out as a whole has marks of its own.
            looked = low.find(f"</{name}", looked)
            if looked < 0:
                break
        bracket = _bracket(html, found) if name else None
        if bracket is None:
            continue
        quote = html[bracket[0]]
        parts += [html[here : bracket[1]], quote]
        said.append(
            f"A quotation mark was put where one was missing: {cut(html[found.start() :])}."
        )
        here = looked = bracket[1]
    return "".join([*parts, html[here:]]), said


def _bracket(html: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Return where the value that has no end begins, and the bracket that was to end its tag."""
    begun: int | None = None
    for one in ATTRIBUTES.finditer(html, *found.span("attributes")):
        name, value = one[1], one[2] or ""
        quoted = value[:1] in QUOTES and value != ""
        # The mark that begins the next value has ended this one; the mark that ends it is left.
        if begun is not None and _STRAY & set(name if quoted else name + value):
            return begun, html.index(">", begun)
        if begun is None and quoted and ">" in value:
            begun = one.start(2)
    if not found["close"] and (value_ := _UNENDED.match(html, found.end())):
        bracket = html.find(">", value_.end())
        return (value_.end() - 1, bracket) if bracket >= 0 else None
    return None
