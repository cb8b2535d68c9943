"""Shortens a URL for a log or an error message, so that it reveals no secret."""

import re

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


def shown_url(url: str) -> str:
    """Return a URL without user, password, query and fragment.

    `https://me:word@host/feed?key=word` becomes `https://…@host/feed?…`. A password may contain the
    characters that end it; where its end is unclear, only the scheme is shown. A path such as that
    of `https://host/@name` stays.
    """
    scheme, mark, rest = url.partition("://")
    if not (mark and SCHEME.fullmatch(scheme)):  # such as `user:wo` of `user:wo://rd@host`
        scheme, mark, rest = "", "", url
    host, end, more = _parted(rest)
    user, at, host = host.rpartition("@")
    unclear = at or ":" in host or scheme not in {"http", "https"}
    if "@" in user or ("@" in more and unclear):
        return f"{scheme}{mark}…"
    path, asked, _ = _parted(f"{end}{more}", "?#")
    return f"{scheme}{mark}{'…@' if at else ''}{host}{path}{f'{asked}…' if asked else ''}"


def _parted(text: str, marks: str = "/?#") -> tuple[str, str, str]:
    """Split a text at the first of some marks; return the text before it, the mark, the rest."""
    before, *found = re.split(f"([{marks}])", text, maxsplit=1)
    return (before, found[0], found[1]) if found else (before, "", "")
