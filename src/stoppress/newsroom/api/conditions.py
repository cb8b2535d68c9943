"""Conditional requests: refuse a change made to a version that is no longer there."""

import re

from .errors import IF_MATCH, Refusal

TAG = r'(?:(?:W/)?"(?P<quoted>[^"]*)"|(?P<bare>[^\s",]+))'
# Empty members count for nothing (RFC 9110 section 5.6.1.2).
TAGS = re.compile(rf"[\s,]*{TAG}\s*(?:,|$)[\s,]*")


def etag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that an `If-Match` names; None where any will do.

    Both `"3"` and `3` name version 3; `*` names any. RFC 9110 section 13.1.1 would have a weak tag
    (`W/"3"`) match nothing, but compression makes every tag of ours weak on its way out, and a
    version tells all that a strong tag would.

    Raises:
        Refusal: 400, it is no list of tags.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    named: set[str] = set()
    at = 0
    while at < len(if_match) or not at:
        match = TAGS.match(if_match, at)
        if match is None:
            raise Refusal(400, 'must be a version such as "3", or several with commas', IF_MATCH)
        named.add(match["quoted"] or match["bare"] or "")
        at = match.end()
    # Another's tag, such as "abc", is one that we never gave out: it names no version.
    known = (int(tag) for tag in named if re.fullmatch(r"[0-9]{1,15}", tag))
    return frozenset(version for version in known if str(version) in named)
