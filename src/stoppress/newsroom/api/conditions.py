"""Conditional requests: `If-Match` prevents a change of a version that is no longer current."""

import re

from .errors import IF_MATCH, Refusal

TAG = r'(?:(?:W/)?"(?P<quoted>[^"]*)"|(?P<bare>[^\s",]+))'
# Empty list members are ignored (RFC 9110 section 5.6.1.2).
TAGS = re.compile(rf"[\s,]*{TAG}\s*(?:,|$)[\s,]*")


def etag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that an `If-Match` names; None if any version is accepted.

    Both `"3"` and `3` name version 3; `*` names any. By RFC 9110 section 13.1.1 a weak tag
    (`W/"3"`) matches nothing. It is accepted here, because compression makes all our tags weak, and
    a version number identifies the content as well as a strong tag does.

    Raises:
        Refusal: 400, it is not a list of tags.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    named: set[str] = set()
    at = 0
    while at < len(if_match) or not at:
        match = TAGS.match(if_match, at)
        if match is None:
            raise Refusal(400, 'must be a version such as "3", or a list of versions', IF_MATCH)
        named.add(match["quoted"] or match["bare"] or "")
        at = match.end()
    # A tag that this API never sends, such as "abc", names no version.
    known = (int(tag) for tag in named if re.fullmatch(r"[0-9]{1,15}", tag))
    return frozenset(version for version in known if str(version) in named)
