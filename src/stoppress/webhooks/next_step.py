"""What an endpoint is to be told next, read from the log."""

from dataclasses import dataclass
from datetime import datetime

from stoppress import live
from stoppress.live.log.history import Head, read_after, read_head
from stoppress.live.protocol.cursor import Cursor, parse_cursor

from .message import Message, event_message, event_of, reset_message, trimmed_message
from .models import Endpoint
from .stream import STREAM, is_wanted

# Events looked through at once for one that an endpoint asks for.
LOOKED_THROUGH = 100


@dataclass(frozen=True)
class Tell:
    """Send a message; the endpoint's cursor is then this one."""

    message: Message
    cursor: Cursor


@dataclass(frozen=True)
class Pass:
    """Go on from this cursor: the endpoint did not ask for the events up to it."""

    cursor: Cursor


@dataclass(frozen=True)
class CaughtUp:
    """There is nothing to tell."""


@dataclass(frozen=True)
class Lost:
    """The endpoint's cursor is not of this log."""


Step = Tell | Pass | CaughtUp | Lost


def next_step(endpoint: Endpoint, now: datetime) -> Step:
    """Return what is next.

    An event is read again for each attempt, so that a text that was withdrawn meanwhile is not
    sent.

    Args:
        now: the time for a message that the log has none for.

    Raises:
        LiveError: the log is damaged.
    """
    cursor = parse_cursor(endpoint.cursor)
    with live.reading():
        head = read_head(STREAM)
        if endpoint.history_changed is not None:
            here = cursor if cursor and _holds(head, cursor) else head.floor
            message = reset_message(endpoint.cursor, here, endpoint.history_changed)
            return Tell(message, here)
        if cursor is None:
            return Lost()
        if cursor == head.cursor:
            return CaughtUp()
        if cursor.position < head.floor.position:
            return Tell(trimmed_message(cursor, head.floor, now), head.floor)
        most = LOOKED_THROUGH if endpoint.events else 1
        frames = read_after(STREAM, cursor, head, most)
    if not frames:
        return Lost()
    for frame in frames:
        if is_wanted(event_of(frame), frame.redacts, endpoint.events):
            return Tell(event_message(frame), frame.cursor)
    return Pass(frames[-1].cursor)


def _holds(head: Head, cursor: Cursor) -> bool:
    return cursor == head.cursor or read_after(STREAM, cursor, head, 1) is not None
