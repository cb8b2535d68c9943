"""A reader's query: words that a text must contain, some of them next to each other."""

import re
from dataclasses import dataclass, field

import regex

from stoppress.newsroom.letters import whole_letters

from .fold import words
from .tokens import TOKEN_CHARS, is_by_parts, is_unspaced, wanted_tokens

MOST_CHARS = 200
MOST_WORDS = 12
# The length up to which a word is a whole word: `EU` is not the beginning of `eulogy`.
SHORT = 2
_QUOTES = '"“”„‟«»「」『』'
_PART = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)(?:[{_QUOTES}]|\Z)|[^\s{_QUOTES}]+")
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cs}\s]+")


@dataclass(frozen=True)
class Term:
    """Words that must be next to each other.

    Attributes:
        exact: they were in quotation marks, so the last word is not the beginning of a longer one.
    """

    words: tuple[str, ...]
    exact: bool = False

    @property
    def whole(self) -> bool:
        """Whether the last word is a whole one: quoted, short, or a number."""
        last = self.words[-1]
        return self.exact or (not is_by_parts(last) and (len(last) <= SHORT or last.isdecimal()))

    @property
    def text(self) -> str:
        """The string by which the term is found in a text that `fold` has folded."""
        begins = self._bound(self.words[0], at_the_end=False)
        return f"{begins}{' '.join(self.words)}{self._bound(self.words[-1], at_the_end=True)}"

    @property
    def tokens(self) -> list[tuple[str, bool]]:
        """The tokens of a text with the term; True marks a token that may begin a longer one."""
        last = len(self.words) - 1
        return [
            token
            for place, word in enumerate(self.words)
            for token in wanted_tokens(word, whole=place < last or self.whole)
        ]

    @property
    def is_told_by_tokens(self) -> bool:
        """Whether every text with the tokens has the term and need not be searched."""
        word = self.words[0]
        short = len(word) <= (SHORT if is_by_parts(word) else TOKEN_CHARS)
        return len(self.words) == 1 and short and not (self.exact and is_by_parts(word))

    def _bound(self, word: str, *, at_the_end: bool) -> str:
        if is_by_parts(word):
            return " " if self.exact and not is_unspaced(word) else ""
        return " " if self.whole or not at_the_end else ""


@dataclass(frozen=True)
class Query:
    """A parsed query.

    Attributes:
        text: the query as typed, on one line.
        cut: it was too long, and the rest was left out.
        left_out: it had too many words, and the last ones were left out.
    """

    text: str = ""
    terms: list[Term] = field(default_factory=list)
    cut: bool = False
    left_out: bool = False


def parse_query(typed: str) -> Query:
    """Return the parsed query. Any text is valid; a text without words finds nothing.

    1. Words without quotation marks must all be there, in any order; each may be the beginning of a
       longer one, except words of one or two letters, and numbers.
    2. Words in quotation marks must be next to each other, in this order and whole. A mark that is
       never closed reaches to the end.
    3. Words with only a sign between them, such as `covid-19`, must be next to each other.
    4. No sign and no word is an operator.
    """
    line = _UNSEEN.sub(" ", typed[: 20 * MOST_CHARS]).strip()
    text = whole_letters(line, MOST_CHARS)
    terms: list[Term] = []
    room, left_out = MOST_WORDS, False
    for part in _PART.finditer(text):
        found = words(part[0])
        left_out = left_out or len(found) > room
        if found := found[:room]:
            room -= len(found)
            term = Term(tuple(found), exact=part[1] is not None)
            terms += [] if term in terms else [term]
    return Query(text, terms, cut=len(line) > len(text), left_out=left_out)
