"""Stale state and events are fresh state, for every kind of event, in the contract's sense.

The state of a stream is every visible item at or above the floor; a floor only rises.
"""

import json
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stoppress.live.client.state import StreamState

LIMIT = 3
KEYS = "abcdef"


class Stream:
    """A stream and its site: every second key has versions, the others their events' positions."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.taken_away: dict[str, dict[str, Any]] = {}
        self.log: list[dict[str, Any]] = []

    def snapshot(self, position: int | None = None) -> dict[str, Any]:
        """Return what is shown, at the head's cursor or, as some isolation levels allow, older."""
        shown = self.above(None)
        return {
            "cursor": cursor(len(self.log) if position is None else position),
            "limit": LIMIT,
            "floor": shown[LIMIT - 1]["order"] if len(shown) > LIMIT else None,
            "items": deepcopy(shown[:LIMIT]),
        }

    def range(self, below: str) -> dict[str, Any]:
        """Return what is read below an order."""
        shown = [item for item in self.above(None) if item["order"] < below]
        floor = shown[LIMIT - 1]["order"] if len(shown) > LIMIT else None
        return {"cursor": cursor(len(self.log)), "floor": floor, "items": deepcopy(shown[:LIMIT])}

    def above(self, floor: str | None) -> list[dict[str, Any]]:
        shown = [i for i in self.items.values() if floor is None or i["order"] >= floor]
        return sorted(shown, key=lambda item: str(item["order"]), reverse=True)

    def change(self, what: str, key: str, number: int) -> None:
        versioned = KEYS.index(key) % 2 == 0
        shown = self.items.get(key)
        if what in ("put", "update"):
            order = shown["order"] if shown and what == "update" else f"{number}{key}"
            self._show({"key": key, "order": order} | self._next(key, versioned))
        elif what == "stale" and shown and versioned:
            version = max(0, shown["version"] - 1 - number % 2)
            self._tell("put", key, shown | {"version": version, "stale": True})
        elif what == "rerender" and shown:
            self._show(shown | {"text": f"by template {len(self.log)}"})
        elif what == "again" and self.taken_away:
            self._show(list(self.taken_away.values())[number % len(self.taken_away)])
        elif what == "remove":
            last = self.items.pop(key, None)
            self.taken_away.pop(key, None)
            if number % 2:
                self._tell("remove", key, {"key": key} | self._next(key, versioned))
            else:
                self._tell("remove", key, {"key": key})
                if last:
                    self.taken_away[key] = last
        elif what == "redact":
            self.items.pop(key, None)
            self.taken_away.pop(key, None)
            own = {"version": self.versions.get(key, 0)} if versioned else {}
            bare = (own, self._next(key, versioned), {})[number % 3]
            for event in self.log:
                if event["key"] == key and event["op"] == "put":
                    left = {
                        name: event["item"][name]
                        for name in ("key", "version")
                        if name in event["item"]
                    }
                    event |= {"op": "remove", "redacted": True, "item": left}
            self._tell("remove", key, {"key": key} | bare, redacts=True)

    def _next(self, key: str, versioned: bool) -> dict[str, int]:
        self.versions[key] = self.versions.get(key, 0) + 1
        return {"version": self.versions[key]} if versioned else {}

    def _show(self, item: dict[str, Any]) -> None:
        self.items[item["key"]] = item
        self.taken_away.pop(item["key"], None)
        self._tell("put", item["key"], item)

    def _tell(self, op: str, key: str, item: dict[str, Any], **more: bool) -> None:
        told = {"op": op, "key": key, "item": dict(item), "cursor": cursor(len(self.log) + 1)}
        self.log.append(told | more)


def cursor(position: int) -> str:
    return f"{position}-{position:016x}"


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ["put"] * 4 + ["update"] * 2 + ["remove", "stale", "again", "redact", "rerender"]
        ),
        st.sampled_from(KEYS),
        st.integers(0, 9),
    ),
    max_size=30,
)


def changed(stream: Stream, changes: list[tuple[str, str, int]]) -> int:
    for change in changes:
        stream.change(*change)
    return len(stream.log)


def assert_fresh(reader: StreamState, stream: Stream) -> None:
    assert reader.items() == stream.above(reader.floor), json.dumps(stream.log)
    assert len(reader.items()) <= LIMIT
    assert str(reader.cursor) == cursor(len(stream.log))


@given(CHANGES, CHANGES)
def test_events_as_they_come_make_the_fresh_state_at_each_of_them(before, after):
    stream, reader = Stream(), StreamState()
    changed(stream, before)
    reader.replace(stream.snapshot())
    for change in after:
        known = len(stream.log)
        stream.change(*change)
        for event in stream.log[known:]:
            reader.apply(deepcopy(event))
        assert_fresh(reader, stream)


@given(CHANGES, CHANGES, st.integers(0, 9))
def test_a_range_and_the_events_after_it_make_the_fresh_range_at_each_of_them(before, after, below):
    stream, reader = Stream(), StreamState(ceiling=str(below))
    changed(stream, before)
    reader.replace(stream.range(str(below)))
    floor = reader.floor
    for change in after:
        known = len(stream.log)
        stream.change(*change)
        for event in stream.log[known:]:
            reader.apply(deepcopy(event))
        fresh = [item for item in stream.above(floor) if item["order"] < str(below)]
        assert (reader.items(), reader.floor) == (fresh, floor), json.dumps(stream.log)


@given(CHANGES, CHANGES)
def test_events_that_are_replayed_make_the_fresh_state_though_texts_were_withdrawn(before, after):
    stream, reader = Stream(), StreamState()
    known = changed(stream, before)
    reader.replace(stream.snapshot())
    changed(stream, after)
    for event in stream.log[known:]:
        reader.apply(event)
    assert_fresh(reader, stream)


@given(CHANGES, CHANGES, CHANGES)
def test_a_snapshot_in_between_replaces_everything(before, between, after):
    stream, reader = Stream(), StreamState()
    changed(stream, before)
    reader.replace(stream.snapshot())
    known = changed(stream, between)
    reader.replace(stream.snapshot())
    changed(stream, after)
    for event in stream.log[known:]:
        reader.apply(event)
    assert_fresh(reader, stream)


# A site whose items have no limit, or whose snapshot has them all: what is below a floor is not
# known, and an event that comes again could bring it above.
@given(CHANGES, CHANGES, CHANGES)
def test_events_older_than_a_snapshot_change_nothing_in_the_end(before, during, after):
    stream, reader = Stream(), StreamState()
    known = changed(stream, before)
    changed(stream, during)
    reader.replace(
        stream.snapshot(known) | {"limit": 99, "floor": None, "items": stream.above(None)}
    )
    changed(stream, after)
    for event in stream.log[known:]:
        reader.apply(event)
    assert reader.items() == stream.above(None), json.dumps(stream.log)
