"""A small log made by hand, and records of it that a test can falsify."""

import hashlib
import json
from typing import Any

from stoppress.drill.history import Event, History
from stoppress.drill.record import Applied, Record

LIMIT = 30


def cursor(position: int, branch: str = "a") -> str:
    return f"{position}-{hashlib.sha256(f'{branch}{position}'.encode()).hexdigest()[:16]}"


def item(position: int) -> dict[str, Any]:
    return {"key": f"article:{position}", "version": 1, "order": f"{position:04}"}


def log(length: int, branch: str = "a", common: int = 0) -> History:
    """Return a log of `length` articles, whose first `common` are also in branch "a"."""
    branches = ["a" if n <= common else branch for n in range(length + 1)]
    events = [
        Event(cursor(n, branches[n]), "put", f"article:{n}", 1, False, json.dumps(item(n)))
        for n in range(1, length + 1)
    ]
    items = [item(n) for n in range(length, max(0, length - LIMIT), -1)]
    return History(cursor(0, branches[0]), events, items)


def snapshot(of: History, position: int, reason: str = "start") -> dict[str, Any]:
    """Return the frame that gives the stream's state at a position."""
    items = [item(n) for n in range(position, max(0, position - LIMIT), -1)]
    return {
        "type": "snapshot",
        "stream": "news",
        "cursor": of.cursors[position],
        "reason": reason,
        "limit": LIMIT,
        "floor": items[-1]["order"] if len(items) == LIMIT else None,
        "items": items,
    }


def event(of: History, position: int) -> dict[str, Any]:
    """Return the frame of an event of a log."""
    return {
        "type": "event",
        "stream": "news",
        "after": of.cursors[position - 1],
        "cursor": of.cursors[position],
        "op": "put",
        "event": "article.published",
        "key": f"article:{position}",
        "time": "2026-11-22T09:00:00.000Z",
        "item": item(position),
    }


def record(*frames: dict[str, Any], asked: str | None = None) -> Record:
    """Return a reader's record of frames, applied one per second."""
    applied = [Applied(frame, float(at)) for at, frame in enumerate(frames)]
    return Record(0, "http://127.0.0.1/", "ws", {"news": asked}, applied)
