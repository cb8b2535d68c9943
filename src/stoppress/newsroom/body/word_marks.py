"""The marks by which HTML of Word, Google Docs and LibreOffice is recognised."""

import re

from .word_elements import REDIRECT

# Marks count in tags and comments only: they may be words of the text.
_TAG = re.compile(r"<[^<>]*+>")
_WORDS = re.compile(
    r"""\b(?:href|src|alt|title|aria-label)\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s<>]*+)""",
    re.IGNORECASE,
)
_TRACKING = re.compile(
    r"\bmso-|\bMso[A-Z]|schemas-microsoft-com|data-ccp-props"
    r"|<meta\b[^<>]*(?:libreoffice|openoffice)",
    re.IGNORECASE,
)
_GOOGLE = re.compile(r"docs-internal-guid|googleusercontent\.com/docsz?/", re.IGNORECASE)
_OTHER = re.compile(
    r"""data-aria-level|role\s*=\s*["']?heading|font-family:\s*wingdings""", re.IGNORECASE
)


def is_of_word_processor(html: str) -> bool:
    """Return whether HTML has marks of these programs, so that it is worth reading for them."""
    tags = tags_of(html)
    return tracks(tags) or any(mark.search(tags) for mark in (_GOOGLE, REDIRECT, _OTHER))


def tags_of(html: str) -> str:
    """Return the tags of HTML: between them, marks may be words of the text."""
    return "".join(_TAG.findall(html))


def tracks(tags: str) -> bool:
    """Return whether a program that tracks changes wrote these: its `del` is no struck text."""
    return _TRACKING.search(_WORDS.sub("", tags)) is not None


def is_google(tags: str) -> bool:
    """Return whether these are the tags of Google Docs."""
    return _GOOGLE.search(tags) is not None
