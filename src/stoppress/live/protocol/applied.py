"""What a reader's `applied` message says: where its page is, and how late it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .cursor import Cursor, parse_cursor

# A delay beyond this is a clock's jump, not a measurement.
LONGEST_DELAY_MS = 600_000


@dataclass(frozen=True)
class Applied:
    """A reader's answer to a heartbeat: where its page is, and its worst delay in milliseconds.

    Attributes:
        unreadable: something in it stands for a cursor and is none.
    """

    cursors: Mapping[str, Cursor]
    delay_ms: float
    unreadable: bool = False


# Readers who were sent the same, and have been sent no event since, say the same.
@lru_cache(maxsize=64)
def read_applied(message: str) -> Applied | None:
    """Return what an `applied` message says; None for another message, or one that makes no sense.

    `{"type":"applied","cursors":{"news":"1042-77ab03cc19e02d44"},"delay_ms":41}`

    Raises:
        ValueError: the message is no JSON object.
    """
    try:
        told = json.loads(message)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(told, dict):
        raise ValueError("not an object")
    cursors, delay = told.get("cursors"), told.get("delay_ms", 0)
    if told.get("type") != "applied" or not isinstance(cursors, dict):
        return None
    read = {name: parse_cursor(text) for name, text in cursors.items() if isinstance(text, str)}
    known = {name: cursor for name, cursor in read.items() if cursor is not None}
    if not isinstance(delay, int | float) or not 0 <= delay <= LONGEST_DELAY_MS:
        delay = 0
    return Applied(known, delay, len(known) < len(cursors))
