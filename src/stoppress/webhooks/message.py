"""The messages that are sent to endpoints. Pure.

    {"type": "article.published", "timestamp": "2026-11-22T09:00:00.000Z", "data": {…}}

For an event, `data` is its frame as it is in the log at that moment, so no message has a withdrawn
text. The other types are `webhook.trimmed`, `webhook.reset` and `webhook.test`.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame, encode, wire_time

from .stream import STREAM

TRIMMED, RESET, TEST = "webhook.trimmed", "webhook.reset", "webhook.test"


@dataclass(frozen=True)
class Message:
    """A message, encoded.

    Attributes:
        id: the same at each attempt; for an event, its cursor.
        type: the event's name, or one of the types above.
        body: JSON.
    """

    id: str
    type: str
    body: bytes


def event_of(frame: Frame) -> str:
    """Return the name of a frame's event."""
    event: str = json.loads(frame.data)["event"]
    return event


def event_message(frame: Frame) -> Message:
    """Return the message of an event."""
    told = json.loads(frame.data)
    head = encode({"type": told["event"], "timestamp": told["time"]})
    # The frame is not encoded again, so `data` is exactly what the stream's readers get.
    return Message(str(frame.cursor), told["event"], head[:-1] + b',"data":' + frame.data + b"}")


def trimmed_message(before: Cursor, floor: Cursor, now: datetime) -> Message:
    """Return the message that the log no longer has the events after a cursor.

    Args:
        before: the cursor of the last event that was delivered.
        floor: the next events are those after this cursor.
    """
    data = {"type": "trimmed", "stream": STREAM, "after": str(before), "cursor": str(floor)}
    return _about_log(f"trimmed-{floor}", TRIMMED, data, now)


def reset_message(before: str, cursor: Cursor, changed: datetime) -> Message:
    """Return the message that the log has another history than the one sent so far.

    Args:
        before: the cursor of the last event that was delivered.
        cursor: the next events are those after this cursor.
        changed: the time at which the other history was noticed.
    """
    data = {"type": "reset", "stream": STREAM, "after": before, "cursor": str(cursor)}
    return _about_log(f"reset-{int(changed.timestamp() * 1000)}-{cursor}", RESET, data, changed)


def trial_message(asked: datetime) -> Message:
    """Return a test message.

    Args:
        asked: the time at which it was asked for.
    """
    data = {"type": "test", "stream": STREAM}
    return _about_log(f"test-{int(asked.timestamp() * 1000)}", TEST, data, asked)


def _about_log(id: str, type: str, data: dict[str, str], time: datetime) -> Message:
    return Message(id, type, encode({"type": type, "timestamp": wire_time(time), "data": data}))
