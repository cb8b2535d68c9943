"""Frames of the wire protocol `stoppress.v1`, each encoded once, as UTF-8."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from .cursor import Cursor

PROTOCOL = "stoppress.v1"


@dataclass(slots=True)
class Frame:
    """An event as it goes to readers, between the cursors `after` and `cursor`."""

    after: Cursor
    cursor: Cursor
    key: str
    version: int | None
    redacts: bool
    data: bytes


def wire_time(time: datetime) -> str:
    """Return a time in the format of the wire: UTC, milliseconds, `2026-11-22T09:00:00.000Z`."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def kind_of(data: bytes) -> str:
    """Return the type of an encoded frame, which is its first field."""
    return data[9 : data.index(b'"', 9)].decode()


def has_view(data: bytes) -> bool:
    """Return whether an item of an encoded frame has a view.

    In a text the quotes would be escaped. A field of the site's with this name counts too.
    """
    return b'"view":[' in data


def puts_without_view(data: bytes) -> bool:
    """Return whether an encoded frame is an event that puts an item without a view."""
    return b'"op":"put"' in data and not has_view(data)


# `json.dumps` would create an encoder for each frame.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(frame: Mapping[str, object]) -> bytes:
    """Return a frame as one line of JSON."""
    return _JSON.encode(frame).encode()


def event_frame(
    stream: str,
    after: Cursor,
    cursor: Cursor,
    *,
    op: str,
    event: str,
    key: str,
    version: int | None,
    time: datetime,
    item: str,
    redacts: bool,
    redacted: bool,
) -> Frame:
    """Return an event's frame.

    Args:
        item: the item as JSON; it is inserted as it was logged, never decoded. Empty for a
            `remove` with key and version only.
        redacts: it withdraws the key's earlier texts.
        redacted: its own text was withdrawn, so only key and version are left.
    """
    head: dict[str, object] = {
        "type": "event",
        "stream": stream,
        "after": str(after),
        "cursor": str(cursor),
        "op": "remove" if redacted else op,
        "event": event,
        "key": key,
    }
    if redacts:
        head["redacts"] = True
    if redacted:
        head["redacted"] = True
    head["time"] = wire_time(time)
    body = item.encode() if item and not redacted else encode(bare_item(key, version))
    data = encode(head)[:-1] + b',"item":' + body + b"}"
    return Frame(after, cursor, key, version, redacts, data)


def blank(frame: Frame) -> Frame:
    """Return an event without its text, as it is in the log after the withdrawal."""
    told = json.loads(frame.data)
    bare = bare_item(frame.key, frame.version)
    if told["op"] == "remove" and told["item"] == bare:
        return frame  # it has no text, whether or not it was withdrawn
    told |= {"op": "remove", "redacted": True, "item": bare}
    return replace(frame, data=encode(told))


def bare_item(key: str, version: int | None) -> dict[str, object]:
    """Return the item of a `remove` without further fields: key and version."""
    return {"key": key} if version is None else {"key": key, "version": version}


# In a crowd, several readers connect in one millisecond.
@lru_cache(maxsize=1)
def hello_frame(heartbeat: float, build: str, now: int) -> bytes:
    """Return the first frame of a connection.

    Args:
        heartbeat: seconds.
        build: of the site that the server runs.
        now: milliseconds since 1970.
    """
    time = datetime.fromtimestamp(now / 1000, UTC)
    return b'%b,"time":"%b"}' % (_hello(heartbeat, build), wire_time(time).encode())


@lru_cache(maxsize=8)
def _hello(heartbeat: float, build: str) -> bytes:
    hello = {"type": "hello", "protocol": PROTOCOL, "heartbeat": heartbeat, "build": build}
    return encode(hello)[:-1]


def snapshot_frame(
    stream: str, cursor: Cursor, reason: str, limit: int, floor: str | None, items: Sequence[object]
) -> bytes:
    """Return a snapshot: it replaces all that the reader has of the stream."""
    return encode(
        {
            "type": "snapshot",
            "stream": stream,
            "cursor": str(cursor),
            "reason": reason,
            "limit": limit,
            "floor": floor,
            "items": items,
        }
    )


@lru_cache(maxsize=64)
def live_frame(stream: str, cursor: Cursor) -> bytes:
    """Return the frame that ends the replay: from here on, events come as they happen."""
    return encode({"type": "live", "stream": stream, "cursor": str(cursor)})


def heartbeat_frame(cursors: Mapping[str, Cursor], now: datetime) -> bytes:
    """Return a sign of life, with the cursors that the connection was sent before it."""
    sent = {stream: str(cursor) for stream, cursor in cursors.items()}
    return encode({"type": "heartbeat", "time": wire_time(now), "cursors": sent})


def goodbye_frame(reason: str, within: float) -> bytes:
    """Return the frame that asks a reader to come back at a random moment within some seconds."""
    return encode({"type": "goodbye", "reason": reason, "within": within})
