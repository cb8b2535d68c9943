"""Cursors: a position in a stream's log, and a link that identifies the log's history up to it."""

import hashlib
import re
from typing import NamedTuple

LINK_BYTES = 8
_CURSOR = re.compile(r"(0|[1-9][0-9]{0,17})-([0-9a-f]{16})")


class Cursor(NamedTuple):
    """A place in a log: after the event at `position`, whose link is `link` (16 hex digits)."""

    position: int
    link: str

    def __str__(self) -> str:
        return f"{self.position}-{self.link}"


def parse_cursor(text: str) -> Cursor | None:
    """Return the cursor in `text`, or None if it is malformed."""
    match = _CURSOR.fullmatch(text)
    return Cursor(int(match[1]), match[2]) if match else None


def first_link(installation: bytes, stream: str) -> str:
    """Return a stream's link before any event: the first 8 bytes of SHA-256(installation ‖ name).

    Args:
        installation: 16 random bytes of this installation.
        stream: the stream's name.
    """
    return _short(installation + stream.encode())


def next_link(link: str, position: int, uid: bytes) -> str:
    """Return link(n): the first 8 bytes of SHA-256(link(n-1) ‖ n ‖ uid(n)).

    The content is never hashed: a withdrawn text can be blanked, and nobody can guess it from the
    link.

    Args:
        link: link(n-1), 16 hex digits.
        position: n, hashed as 8 bytes, big-endian.
        uid: the event's 16 random bytes.
    """
    return _short(bytes.fromhex(link) + position.to_bytes(8, "big") + uid)


def _short(data: bytes) -> str:
    return hashlib.sha256(data).digest()[:LINK_BYTES].hex()
