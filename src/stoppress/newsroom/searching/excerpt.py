"""The excerpt that a result shows: the part of its text with the query's words, marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from stoppress.newsroom.letters import whole_letters

from .fold import fold, letters_with_places, word_places
from .query import Term
from .tokens import is_by_parts

EXCERPT_CHARS = 260
# Characters before the first marked word in an excerpt.
BEFORE_CHARS = 80
PIECE_CHARS = 2000
ELLIPSIS = "…"


@dataclass(frozen=True)
class Part:
    """A piece of plain text, which templates escape; `marked` if it matches the query."""

    text: str
    marked: bool = False


def excerpt(texts: Iterable[str], terms: Sequence[Term]) -> list[Part]:
    """Return the part of a text with the most terms, as one line; empty if it has none.

    Args:
        texts: its paragraphs; the first of equal ones wins.
    """
    best, most = "", 0
    for text in _pieces(texts):
        folded = fold(text)
        count = sum(term.text in folded for term in terms)
        if count > most:
            best, most = text, count
        if count == len(terms):
            break
    return _cut(marked(best, terms)) if best else []


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """Cut texts that are much longer than an excerpt."""
    for text in texts:
        yield from wrap(text, PIECE_CHARS) if len(text) > PIECE_CHARS else (text,)


def marked(text: str, terms: Sequence[Term]) -> list[Part]:
    """Return a text in parts, the terms marked; the beginning of a word marks the whole word."""
    folded, places = letters_with_places(text)
    words = word_places(folded)
    # The words between single spaces, as terms expect them, and where each letter is in `folded`.
    line, origin = " ", [0]
    for start, end in words:
        line += f"{folded[start:end]} "
        origin += [*range(start, end), end]
    places.append(len(text))
    is_marked = [False] * len(text)
    for term in terms:
        at = line.find(term.text)
        while at >= 0:
            start, end = _letters(line, at, term)
            first, last = places[origin[start]], places[min(origin[end - 1] + 1, len(folded))]
            is_marked[first:last] = [True] * (last - first)
            at = line.find(term.text, at + 1)
    groups = groupby(zip(text, is_marked, strict=True), key=lambda pair: pair[1])
    return [Part("".join(sign for sign, _ in pairs), is_asked) for is_asked, pairs in groups]


def _letters(line: str, at: int, term: Term) -> tuple[int, int]:
    """Return the start and end of a found term, without the spaces around it."""
    start = at + (line[at] == " ")
    end = at + len(term.text.rstrip())
    if not is_by_parts(term.words[-1]):
        end = line.index(" ", end)
    return start, end


def _cut(parts: Sequence[Part]) -> list[Part]:
    """Return a line of parts around the first marked one, cut between letters."""
    before = "".join(part.text for part in parts[:1] if not part.marked)
    kept = list(parts)
    if len(before) > BEFORE_CHARS:
        begun = before[-BEFORE_CHARS:]
        # From a word on; scripts without spaces are cut between two letters.
        space = begun.find(" ")
        kept[0] = Part(f"{ELLIPSIS}{begun[space + 1 :] if space >= 0 else begun}")
    shown: list[Part] = []
    room = EXCERPT_CHARS
    for part in kept:
        if len(part.text) > room:
            text = whole_letters(part.text, room)
            space = text.rfind(" ")
            if not part.marked and space > 0:
                text = text[:space]
            return [*shown, Part(text, part.marked), Part(ELLIPSIS)]
        shown.append(part)
        room -= len(part.text)
    return shown
