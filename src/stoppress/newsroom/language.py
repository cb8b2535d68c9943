"""Language tags, and the site's own language."""

import re
from difflib import get_close_matches

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import override

# Well-formed tags of BCP 47 (RFC 5646, 2.1). Any name of the right form passes, because new
# languages are registered all the time.
LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)"  # older than this form
    r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)",
    re.ASCII | re.IGNORECASE,
)
MAX_CHARS = 35
# The languages of the translations of the site's own texts, in Django's names.
TRANSLATED = {"de": "de"}
ENGLISH = "en-gb"


def usual_case(tag: str) -> str:
    """Return a tag in its usual case, `zh-Hant-TW`; case has no meaning (RFC 5646, 2.1.1)."""
    first, *parts = tag.lower().split("-")
    tag, before = first, first
    for part in parts:
        if len(before) > 1:
            part = {2: part.upper(), 4: part.title()}.get(len(part), part)
        tag, before = f"{tag}-{part}", part
    return tag


def site_language() -> str:
    """Return `STOPPRESS_LANGUAGE`, the language of an article that names none."""
    return usual_case(str(getattr(settings, "STOPPRESS_LANGUAGE", "en")))


def language_of_words(tag: str) -> str:
    """Return the language of the site's own texts, in Django's name, for a paper's language.

    In a language without a translation, the site's own texts are in English.
    """
    return TRANSLATED.get(tag.lower().split("-")[0], ENGLISH)


def in_english() -> override:
    """Return a context in which the site's own texts are in English, for programs and logs."""
    return override(ENGLISH)


def is_language(tag: str) -> bool:
    """Return whether a text is a language's tag, and not its name.

    `german` has the form of a tag, but no registered language has four letters or more.
    """
    first = tag.split("-")[0]
    return len(tag) <= MAX_CHARS and bool(LANGUAGE.fullmatch(tag)) and len(first) <= 3


def nearest_language(text: str) -> str:
    """Return the tag that a name or a locale probably means; empty if there is none.

    Examples: `German` and `deutsch` are `de`, `de_AT.UTF-8` is `de-AT`.
    """
    tag = re.split("[.@]", text.strip().replace("_", "-"))[0]
    if is_language(tag):
        return usual_case(tag)
    names = {
        str(info[name]).lower(): code
        for code, info in LANG_INFO.items()
        for name in ("name", "name_local")
        if name in info
    }
    near = get_close_matches(text.strip().lower(), names, n=1)
    return usual_case(names[near[0]]) if near else ""
