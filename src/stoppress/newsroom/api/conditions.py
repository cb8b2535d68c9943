"""Conditional requests: refuse a change made to a version that is no longer there."""

import re

ETAG = re.compile(r'\s*(?:(?:W/)?"(?P<quoted>[^"]*)"|(?P<bare>[^\s",]+))\s*(?:,|$)')


def etag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def matches(if_match: str | None, version: int) -> bool:
    """Tell whether a request with this `If-Match` may change an article of this version.

    Both `"3"` and `3` name version 3; `*` names any. RFC 9110 section 13.1.1 would have a weak tag
    (`W/"3"`) match nothing, but compression makes every tag of ours weak on its way out, and a
    version tells all that a strong tag would.
    """
    if if_match is None or if_match.strip() == "*":
        return True
    named = {match["quoted"] or match["bare"] for match in ETAG.finditer(if_match)}
    return str(version) in named
