"""The writing direction of an article, from its language and its letters. Pure functions."""

import re
import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]

# Scripts that run from right to left (ISO 15924; Unicode UAX 24).
SCRIPTS = re.compile("adlm|arab|aran|hebr|mand|nkoo|rohg|samr|syrc|thaa|yezi")
# Languages written in one of these scripts if their tag names no script (CLDR, likely subtags), and
# languages for which this is so in some countries only.
LANGUAGES = re.compile(
    "aeb|aii|apc|apd|ar|arc|arq|ars|ary|arz|azb|bal|bcc|bgn|bqi|ckb|dv|fa|glk|hbo|he|iw|ji|khw|ks"
    "|lki|lrc|mey|mid|mzn|nqo|pes|pnb|prs|ps|rhg|sam|sd|sdh|shu|skr|syr|ug|ur|yi|yid"
    "|az-i[qr]|kk-(af|cn|ir)|ku-i[qr]|pa-pk|tk-ir|uz-af"
)


def direction(language: str, text: str) -> Direction:
    """Return the direction of a text.

    A right-to-left language decides it. Any other language does not, because it may only be the
    paper's default. Then the majority of the letters decides, not the first letter, because a text
    may begin with a foreign name.
    """
    return "rtl" if is_right_to_left(language) or mostly_right_to_left(text) else "ltr"


def is_right_to_left(language: str) -> bool:
    """Return whether a language, given by its tag (RFC 5646), is written from right to left."""
    first, *parts = language.lower().split("-")
    country = ""
    for part in parts:
        if len(part) == 1:  # an extension or a private part follows
            break
        if len(part) == 4 and part.isalpha():
            return SCRIPTS.fullmatch(part) is not None
        country = country or (part if len(part) == 2 else "")
    return any(LANGUAGES.fullmatch(name) for name in (first, f"{first}-{country}"))


def mostly_right_to_left(text: str) -> bool:
    """Return whether most letters of a text run from right to left (Unicode UAX 9)."""
    if text.isascii():
        return False
    kinds = [unicodedata.bidirectional(sign) for sign in text]
    return sum(kind in {"R", "AL"} for kind in kinds) > kinds.count("L")
