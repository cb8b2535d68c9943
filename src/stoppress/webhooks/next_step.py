"""Read an endpoint's next message from the log."""

from dataclasses import dataclass
from datetime import datetime

from stoppress import live
from stoppress.live.log.history import Head, read_after, read_head
from stoppress.live.protocol.cursor import Cursor, parse_cursor

from .message import Message, event_message, event_of, reset_message, trimmed_message
from .models import Endpoint
from .stream import STREAM, is_wanted

# Events read at once to find one that the endpoint wants.
LOOKED_THROUGH = 100


@dataclass(frozen=True)
class Send:
    """Send a message. After its delivery the endpoint has this cursor."""

    message: Message
    cursor: Cursor


@dataclass(frozen=True)
class Pass:
    """Continue from this cursor: the endpoint does not want the events up to it."""

    cursor: Cursor


@dataclass(frozen=True)
class CaughtUp:
    """There is nothing to send."""


@dataclass(frozen=True)
class Lost:
    """The log does not have the endpoint's cursor."""


Step = Send | Pass | CaughtUp | Lost


def next_step(endpoint: Endpoint, now: datetime) -> Step:
    """Return the next step of an endpoint.

    Each attempt reads the event again, so that a text that was withdrawn meanwhile is not sent.

    Args:
        now: the time of a message that is not from the log.

    Raises:
        LiveError: the log is damaged.
    """
    cursor = parse_cursor(endpoint.cursor)
    with live.reading():
        head = read_head(STREAM)
        if endpoint.history_changed is not None:
            here = cursor if cursor and _holds(head, cursor) else head.floor
            message = reset_message(endpoint.cursor, here, endpoint.history_changed)
            return Send(message, here)
        if cursor is None:
            return Lost()
        if cursor == head.cursor:
            return CaughtUp()
        if cursor.position < head.floor.position:
            return Send(trimmed_message(cursor, head.floor, now), head.floor)
        most = LOOKED_THROUGH if endpoint.events else 1
        frames = read_after(STREAM, cursor, head, most)
    if not frames:
        return Lost()
    for frame in frames:
        if is_wanted(event_of(frame), frame.redacts, endpoint.events):
            return Send(event_message(frame), frame.cursor)
    return Pass(frames[-1].cursor)


def _holds(head: Head, cursor: Cursor) -> bool:
    return cursor == head.cursor or read_after(STREAM, cursor, head, 1) is not None
