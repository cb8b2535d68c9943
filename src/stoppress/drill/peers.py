"""A log that cannot be read, rebuilt from what all readers together were sent."""

import json
from collections.abc import Sequence
from dataclasses import replace

from stoppress.live.client.state import StreamState
from stoppress.live.protocol.cursor import parse_cursor

from .history import Event, History
from .record import Frame, Record


def history_of(stream: str, records: Sequence[Record], fresh: StreamState) -> History:
    """Return a stream's log up to a fresh state, built from the events in readers' records."""
    frames: dict[str, Frame] = {}
    for record in records:
        for frame in (one.frame for one in record.of(stream) if one.frame["type"] == "event"):
            # If readers differ, the frame without the withdrawn text is the newer one.
            if frame["cursor"] not in frames or frame.get("redacted"):
                frames[frame["cursor"]] = frame
    chain: list[Event] = []
    cursor = str(fresh.cursor)
    while cursor in frames:
        frame = frames[cursor]
        item = json.dumps(frame["item"]) if frame["op"] == "put" else ""
        redacted, version = bool(frame.get("redacted")), frame["item"].get("version")
        # An event whose text was withdrawn was a `put` in the log.
        op = "put" if redacted else frame["op"]
        chain.append(Event(cursor, op, frame["key"], version, redacted, item))
        cursor = frame["after"]
    items = [dict(item) for item in fresh.items()]
    return History(cursor, chain[::-1], items, fresh.floor)


def up_to(record: Record, cursor: str) -> Record:
    """Return a record without the frames after a cursor, for a running site goes on publishing."""
    places = (n for n, one in enumerate(record.applied) if _is_after(one.frame["cursor"], cursor))
    end = next(places, len(record.applied))
    left_out = (one.frame for one in record.applied[end:])
    later = frozenset((f["stream"], f["key"]) for f in left_out if f["type"] == "event")
    return replace(record, applied=record.applied[:end], later=later)


def _is_after(cursor: str, other: str) -> bool:
    return _position(cursor) > _position(other)


def _position(cursor: str) -> int:
    parsed = parse_cursor(cursor)
    return parsed.position if parsed else -1
