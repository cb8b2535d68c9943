"""The client's rule: comparing cursors decides what to do with an event."""

from typing import Literal

from stoppress.live.protocol.cursor import Cursor

Verdict = Literal["apply", "drop", "ask"]


def judge_event(mine: Cursor, after: Cursor, cursor: Cursor) -> Verdict:
    """Decide what a client at cursor `mine` does with an event from `after` to `cursor`.

    - `after` equals `mine`: apply it.
    - `cursor` equals `mine`, or is before it: drop it.
    - Anything else means a lost event or rewritten history: ask again from `mine`.
    """
    if after == mine:
        return "apply"
    if cursor == mine or cursor.position < mine.position:
        return "drop"
    return "ask"


def judge_heartbeat(mine: Cursor, sent: Cursor) -> Verdict:
    """Decide what a client at `mine` does if a heartbeat's cursor is `sent`."""
    return "drop" if sent == mine else "ask"
