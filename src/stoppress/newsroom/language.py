"""Language tags, and the site's own language."""

import re

from django.conf import settings

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


def usual_case(tag: str) -> str:
    """Return a tag in its usual case, `zh-Hant-TW`; case means nothing (RFC 5646, 2.1.1)."""
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
