"""The client's rule: one comparison of cursors settles what to do with an event."""

from typing import Literal

from stoppress.live.protocol.cursor import Cursor

Verdict = Literal["apply", "drop", "ask"]


def judge_event(mine: Cursor, after: Cursor, cursor: Cursor) -> Verdict:
    """Say what a client at `mine` does with the event between `after` and `cursor`.

    `after` is mine: apply. Behind mine, or mine already: drop. Anything else (an event was lost,
    or history is another): ask again from mine.
    """
    if after == mine:
        return "apply"
    if cursor == mine or cursor.position < mine.position:
        return "drop"
    return "ask"


def judge_heartbeat(mine: Cursor, sent: Cursor) -> Verdict:
    """Say what a client at `mine` does when the server says it was sent all up to `sent`."""
    return "drop" if sent == mine else "ask"
