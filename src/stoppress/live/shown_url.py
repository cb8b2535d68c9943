"""An address as it may stand in a log or an error: without the secrets that addresses carry."""

import re


def shown_url(url: str) -> str:
    """Return an address without user, password, query and fragment.

    `https://me:word@host/feed?key=word` is shown as `https://…@host/feed?…`. A password may hold
    the marks that end it: where it cannot be told what belongs to it, nothing is shown but the
    scheme. A path such as that of `https://host/@name` stays.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "", url
    host, end, more = _parted(rest)
    user, at, host = host.rpartition("@")
    if "@" in user or ("@" in more and (at or ":" in host)):
        return f"{scheme}{mark}…"
    path, asked, _ = _parted(f"{end}{more}", "?#")
    return f"{scheme}{mark}{'…@' if at else ''}{host}{path}{f'{asked}…' if asked else ''}"


def _parted(text: str, marks: str = "/?#") -> tuple[str, str, str]:
    """Return what stands before the first of some marks, that mark, and what stands after it."""
    before, *found = re.split(f"([{marks}])", text, maxsplit=1)
    return (before, found[0], found[1]) if found else (before, "", "")
