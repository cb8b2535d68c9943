"""The permanent name of an article for other programs: its `uri`, if that is an IRI."""

import re
from urllib.parse import urlsplit

from .models import Article

# A scheme, then signs that may stand in an IRI (RFC 3987, 2.2).
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\"<>\\^`{|}]+")


def permanent_name(article: Article, url: str) -> str:
    """Return an article's `uri`, or `url` if the `uri` is not an IRI, as after some imports.

    Args:
        url: the absolute address of its page.
    """
    return article.uri if _is_iri(article.uri) else url


def _is_iri(name: str) -> bool:
    try:
        urlsplit(name)
    except ValueError:  # such as http://[
        return False
    return _IRI.fullmatch(name) is not None
