"""The marks by which HTML of Word, Google Docs and LibreOffice is recognised."""

import re

from .word_elements import REDIRECT

# Only tags and comments are searched, because the text may contain the same words.
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
    """Return whether HTML has marks of these programs."""
    tags = tags_of(html)
    return tracks(tags) or any(mark.search(tags) for mark in (_GOOGLE, REDIRECT, _OTHER))


def tags_of(html: str) -> str:
    """Return the tags of HTML, without the text between them, which may contain the same words."""
    return "".join(_TAG.findall(html))


def tracks(tags: str) -> bool:
    """Return whether tags are of a program that tracks changes: its `del` is a tracked deletion."""
    return _TRACKING.search(_WORDS.sub("", tags)) is not None


def is_google(tags: str) -> bool:
    """Return whether tags are those of Google Docs."""
    return _GOOGLE.search(tags) is not None
