"""Origins: the site of a page, as a browser reports it (RFC 6454)."""

import re

# In a list of allowed origins, this word allows every origin.
EVERY = "*"
WANTED = "a list of origins as browsers send them, https://app.example: no path, no default port"
# Section 6.2: in lower case and ASCII, without a default port. Web views have schemes of their own,
# `capacitor://localhost`; the origin of a file and of a sandboxed frame is `null`.
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]+)?")
_DEFAULT_PORT = re.compile(r"http://.*:80|https://.*:443")


def are_origins(words: object) -> bool:
    """Return whether a list has only origins that a browser could send, or allows every origin."""
    return isinstance(words, list | tuple) and all(map(_is_origin, words))


def _is_origin(word: object) -> bool:
    if not isinstance(word, str):
        return False
    right = _ORIGIN.fullmatch(word) and not _DEFAULT_PORT.fullmatch(word)
    return word == EVERY or bool(right)
