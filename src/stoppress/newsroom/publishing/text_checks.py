"""Checks of the text fields of an article."""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from stoppress.newsroom.language import LANGUAGE, usual_case
from stoppress.newsroom.language import MAX_CHARS as LANGUAGE_CHARS
from stoppress.newsroom.letters import without_piles

from .errors import InvalidField

# Characters that PostgreSQL, UTF-8 or XML 1.0 (section 2.2) cannot contain.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Characters that reverse the text after them, so that it can mislead (Unicode UAX 9).
REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Invisible characters, although their category is letter or symbol.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

Check = Callable[[str, object], object]


def text(limit: int) -> Check:
    """Check a text of several lines; line ends become `\\n`, excess combining marks are removed."""

    def check(name: str, value: object) -> str:
        if not isinstance(value, str):
            raise InvalidField(name, _("must be text."))
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        if UNSTORABLE.search(value):
            raise InvalidField(name, _("contains a control character or half a surrogate pair."))
        value = without_piles(value)
        if len(value) > limit:
            raise InvalidField(
                name,
                _("is %(number)d characters long; the limit is %(limit)d.")
                % {"number": len(value), "limit": limit},
            )
        return value

    return check


def line(limit: int, *, needed: bool = False) -> Check:
    """Check a text of one line, and strip the space around it."""
    several = text(limit)

    def check(name: str, value: object) -> str:
        value = str(several(name, value.strip() if isinstance(value, str) else value))
        if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in value):
            raise InvalidField(name, _("must be a single line without control characters."))
        if REORDERING.search(value):
            raise InvalidField(name, _("contains a character that changes the text's direction."))
        if needed and not value:
            raise InvalidField(name, _("is required."))
        if value and not any(map(is_visible, value)):
            raise InvalidField(name, _("has no visible character."))
        return value

    return check


def is_visible(sign: str) -> bool:
    """Return whether a character is visible by itself; spaces, joiners and marks are not."""
    return unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK


def standfirst(limit: int) -> Check:
    """Check a text of several lines; a text without a visible character becomes empty."""
    several = text(limit)

    def check(name: str, value: object) -> str:
        value = str(several(name, value))
        return value if any(map(is_visible, value)) else ""

    return check


def address(limit: int) -> Check:
    """Check an http or https address; it may be empty."""
    single = line(limit)

    def check(name: str, value: object) -> str:
        value = str(single(name, value))
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise InvalidField(name, _("is not an address.")) from error
        if value and not (parts.scheme in {"http", "https"} and parts.netloc):
            raise InvalidField(name, _("must begin with http:// or https://."))
        return value

    return check


def permanent_name(name: str, value: object) -> str:
    value = str(line(500, needed=True)(name, value))
    if re.search(r"\s", value):
        raise InvalidField(name, _("must not contain a space."))
    return value


def language(name: str, value: object) -> str:
    """Check a language tag, and put it in its usual case."""
    value = str(line(LANGUAGE_CHARS)(name, value))
    if not LANGUAGE.fullmatch(value):
        raise InvalidField(name, _("must be a language tag such as en or pt-BR."))
    return usual_case(value)


def clipped(text: str) -> str:
    """Return a text for a message, shortened and in quotation marks."""
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
