"""Folding of letters for every search: É is found by é, ZÜRICH by zürich."""

import unicodedata
from itertools import chain

import regex

# Invisible characters, and letters that only lengthen or modify others. They join what they part.
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u0640\u02b0-\u02ff]+")
# Accents, and the points and vowels of Hebrew, Arabic and Syriac, which are mostly left out. Marks
# of other scripts are parts of words; those of Japanese kana make other letters.
_MARKS = regex.compile(
    r"(?V1)[\p{Mn}&&[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}"
    r"\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}]--[\u3099\u309a]]+"
)
_DIGIT = regex.compile(r"(?V1)[\p{Nd}--[0-9]]")
# Letters that Unicode does not decompose, and that people type as other letters.
_LETTERS = str.maketrans(
    {
        **{"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"},
        **{"þ": "th", "ŋ": "n", "ŧ": "t", "ĸ": "k"},
        **{"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه"},
    }
)
# Scripts without spaces: a word may begin at any letter.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u30fc"
_WORD = regex.compile(rf"(?V1)[{UNSPACED}]+|[[\p{{L}}\p{{N}}\p{{M}}]--[{UNSPACED}]]+")


def letters(text: str) -> str:
    """Return a text with its letters folded and all other characters kept.

    1. Compatible forms become one (NFKD): ﬁ is fi, full width is ordinary, ² is 2.
    2. Case is removed (Unicode's full case folding): ß is ss. Every Turkish i, İ and ı, is i.
    3. Accents, Hebrew points and Arabic vowels are removed; alef, yeh and kaf get one form each.
    4. Digits of all scripts become ASCII digits.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
    plain = _DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), plain)
    return unicodedata.normalize("NFC", plain)


def words(text: str) -> list[str]:
    """Return the folded words of a text, in its order.

    In a script without spaces, each run of letters is a word, separate from other scripts.
    """
    return words_of_letters(letters(text))


def words_of_letters(folded: str) -> list[str]:
    """Return the words of a text that is folded already."""
    found: list[str] = _WORD.findall(folded)
    return found


def fold(*texts: str) -> str:
    """Return texts in the form of the index: a line each, with its words between single spaces.

    A word begins and ends with a space. Example: `" eclair a zurich \\n seit neun "`.
    """
    return "\n".join(f" {' '.join(found)} " for found in map(words, texts) if found)


def word_places(folded: str) -> list[tuple[int, int]]:
    """Return the start and end of each word of a folded text."""
    return [found.span() for found in _WORD.finditer(folded)]


def letters_with_places(text: str) -> tuple[str, list[int]]:
    """Return a folded text, and for each folded letter the position of its source in the text."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    parts: list[str] = []
    places: list[list[int]] = []
    for cluster in _CLUSTER.finditer(text):
        parts.append(letters(cluster[0]))
        places.append([cluster.start()] * len(parts[-1]))
    return "".join(parts), list(chain.from_iterable(places))


_CLUSTER = regex.compile(r"\X")
