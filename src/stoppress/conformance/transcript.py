"""The frames of one connection, each checked against the rules as it comes."""

import json
from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from stoppress.live.protocol.cursor import Cursor, parse_cursor

from .report import Check

Frame = dict[str, Any]

_SCHEMA = json.loads(files("stoppress.live").joinpath("protocol.schema.json").read_text())
_FRAME = Draft202012Validator(_SCHEMA)
_POLL = Draft202012Validator({"$ref": "#/$defs/poll", "$defs": _SCHEMA["$defs"]})


def wrong_frame(frame: object) -> str | None:
    """Return how a frame violates the schema; None if it does not."""
    return _first(_FRAME, frame)


def wrong_answer(answer: object) -> str | None:
    """Return how a poll's answer violates the schema; None if it does not."""
    return _first(_POLL, answer)


def _first(schema: Draft202012Validator, value: object) -> str | None:
    error = best_match(schema.iter_errors(value))
    return None if error is None else f"{error.json_path}: {error.message}"


class Transcript:
    """One connection's frames.

    Args:
        asks: the streams, each with the cursor to resume from; None if a snapshot is due.
        greets: the connection begins with hello; a poll does not.

    Attributes:
        cursors: the cursor that each stream has reached.
        began: the cursor of each stream's snapshot, or else the one that was asked for.
        events: each stream's events since it began.
        reasons: the reasons of each stream's snapshots, in order.
        live: the streams that are live.
        heartbeat: seconds between heartbeats, as hello gave them.
        heartbeats: how many heartbeats have come.
    """

    def __init__(self, check: Check, asks: Mapping[str, str | None], greets: bool = True) -> None:
        self._check = check
        self._asks = asks
        self._greets = greets
        self._came = 0
        self.cursors: dict[str, Cursor] = {}
        self.began: dict[str, Cursor] = {}
        self.events: dict[str, list[Frame]] = {name: [] for name in asks}
        self.reasons: dict[str, list[str]] = {name: [] for name in asks}
        self.live: set[str] = set()
        self.heartbeat: float | None = None
        self.heartbeats = 0
        for name, asked in asks.items():
            cursor = parse_cursor(asked) if asked is not None else None
            if cursor is not None:
                self.cursors[name] = self.began[name] = cursor

    def complete(self) -> bool:
        """Return whether every stream is live."""
        return not self.waiting()

    def waiting(self) -> list[str]:
        """Return the streams that are not live yet."""
        return [name for name in self._asks if name not in self.live]

    def take(self, frame: object) -> bool:
        """Check and add the next frame; return whether it matches the schema."""
        self._came += 1
        wrong = wrong_frame(frame)
        if not self._check("schema", wrong is None, f"{wrong}: {_short(frame)}"):
            return False
        assert isinstance(frame, dict)
        kind = frame["type"]
        if self._greets:
            self._check("hello", (kind == "hello") == (self._came == 1), f"{kind} is {self._came}.")
        stream = frame.get("stream")
        if stream is not None and not self._check("asked", stream in self._asks, _short(frame)):
            return True
        takes = getattr(self, f"_take_{kind}", None)
        if takes is not None:
            takes(frame)
        return True

    def _take_hello(self, frame: Frame) -> None:
        self.heartbeat = frame["heartbeat"]

    def _take_snapshot(self, frame: Frame) -> None:
        name, items = frame["stream"], frame["items"]
        keys = [item["key"] for item in items]
        places = [(item["order"], item["key"]) for item in items]
        ordered = all(a[0] > b[0] or (a[0] == b[0] and a[1] < b[1]) for a, b in pairwise(places))
        few = len(set(keys)) == len(keys) <= frame["limit"]
        self._check("snapshot", ordered and few, f"of {frame['limit']}: {_short(places)}")
        floor = frame["floor"]
        lowest = items[-1]["order"] if items else None
        self._check("floor", floor is None or floor == lowest, f"{floor!r}, not {lowest!r}")
        cursor = parse_cursor(frame["cursor"])
        assert cursor is not None
        self.cursors[name] = self.began[name] = cursor
        self.events[name] = []
        self.reasons[name].append(frame["reason"])

    def _take_event(self, frame: Frame) -> None:
        name = frame["stream"]
        mine, after = self.cursors.get(name), parse_cursor(frame["after"])
        cursor = parse_cursor(frame["cursor"])
        assert after is not None and cursor is not None
        follows = after == mine and cursor.position == after.position + 1
        self._check("after", follows, f"at {mine}: {_short(frame)}")
        self._check("item", frame["item"]["key"] == frame["key"], _short(frame))
        self.cursors[name] = cursor
        self.events[name].append(frame)

    def _take_live(self, frame: Frame) -> None:
        name = frame["stream"]
        here = frame["cursor"] == str(self.cursors.get(name))
        once = name not in self.live
        self._check("live", here and once, f"at {self.cursors.get(name)}: {_short(frame)}")
        self.live.add(name)

    def _take_heartbeat(self, frame: Frame) -> None:
        self.heartbeats += 1
        told = frame["cursors"]
        mine = {name: str(cursor) for name, cursor in self.cursors.items()}
        # A stream that is not live yet may be at the cursor asked for or at its snapshot's.
        settled = {name: cursor for name, cursor in mine.items() if name in self.live}
        kept = settled.items() <= told.items() and set(told) <= set(self._asks)
        self._check("heartbeat", kept, f"{_short(told)}, not {_short(mine)}")


def _short(told: object) -> str:
    try:
        return json.dumps(told, ensure_ascii=False)[:200]
    except (TypeError, ValueError):
        return repr(told)[:200]
