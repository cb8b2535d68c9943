"""A reader's `applied` message: the cursors of its page, and the delay of its events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .cursor import Cursor, parse_cursor

# A longer delay is a jump of the clock, not a measurement.
LONGEST_DELAY_MS = 600_000


@dataclass(frozen=True)
class Applied:
    """A reader's answer to a heartbeat: its page's cursors, and its longest delay in milliseconds.

    Attributes:
        unreadable: a cursor in it is malformed.
    """

    cursors: Mapping[str, Cursor]
    delay_ms: float
    unreadable: bool = False


# Readers at the same cursors that had no event since send the same message.
@lru_cache(maxsize=64)
def read_applied(message: str) -> Applied | None:
    """Return the content of an `applied` message; None for another or an invalid message.

    `{"type":"applied","cursors":{"news":"1042-77ab03cc19e02d44"},"delay_ms":41}`

    Raises:
        ValueError: the message is not a JSON object.
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
