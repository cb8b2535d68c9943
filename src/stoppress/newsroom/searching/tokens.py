"""The tokens of a text, which the database's index stores."""

from collections.abc import Iterable

import regex

from .fold import UNSPACED

# The index refuses longer ones (2,046 bytes), and this is enough to distinguish words.
TOKEN_CHARS = 40
# PostgreSQL's limit for one text is 1 MiB. No text by a person is as long.
MOST_BYTES = 800_000
# Words that are found by any part of them: those of scripts without spaces; Arabic and Hebrew,
# which write articles and prepositions with the word; and Korean, which does so with particles.
_BY_PARTS = regex.compile(rf"(?V1)[{UNSPACED}\p{{Hangul}}\p{{Arabic}}\p{{Hebrew}}\p{{Syriac}}]")
_UNSPACED = regex.compile(rf"(?V1)[{UNSPACED}]")


def is_by_parts(word: str) -> bool:
    """Return whether any part of the word finds it, because of its script."""
    return _BY_PARTS.match(word) is not None


def is_unspaced(word: str) -> bool:
    """Return whether a word is of a script that writes no spaces between words."""
    return _UNSPACED.match(word) is not None


def tokens(words: Iterable[str]) -> list[str]:
    """Return the tokens of words: each word, or each pair of letters if it is found by parts.

    The last letter of such a word is a token too, so a token begins at each letter.
    """
    found: dict[str, None] = {}
    for word in dict.fromkeys(words):
        found |= dict.fromkeys(_pairs(word) if is_by_parts(word) else [word[:TOKEN_CHARS]])
    size = 0
    for number, token in enumerate(found):
        size += len(token.encode()) + 1
        if size > MOST_BYTES:
            return list(found)[:number]
    return list(found)


def _pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word))]


def wanted_tokens(word: str, *, whole: bool) -> list[tuple[str, bool]]:
    """Return the tokens of every text with this word; True marks one that may begin a longer token.

    Args:
        whole: the word is not the beginning of a longer one. Ignored for a word found by parts.
    """
    if not is_by_parts(word):
        return [(word[:TOKEN_CHARS], not whole and len(word) <= TOKEN_CHARS)]
    if len(word) == 1:
        return [(word, True)]
    return [(pair, False) for pair in _pairs(word)[:-1]]
