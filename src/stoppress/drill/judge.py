"""Compare what readers applied with the log. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stoppress.live.client.state import StreamState
from stoppress.live.protocol.cursor import parse_cursor

from .history import Event, Histories, History
from .record import Applied, Record

# Most findings that are described in words; all are counted.
WORDS_AT_MOST = 8


@dataclass
class Findings:
    """The differences from the log, counted over all readers and streams.

    Attributes:
        wrong: contents, states or cursors that differ from the log.
        words: the first few differences in words.
        resets: snapshots that replaced an earlier state, by reason.
    """

    readers: int = 0
    applied: int = 0
    missing: int = 0
    twice: int = 0
    out_of_order: int = 0
    wrong: int = 0
    words: list[str] = field(default_factory=list)
    resets: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not (self.missing or self.twice or self.out_of_order or self.wrong)

    def say(self, words: str) -> None:
        """Add a sentence, unless there are `WORDS_AT_MOST` already."""
        if len(self.words) < WORDS_AT_MOST:
            self.words.append(words)


def judge(
    records: Sequence[Record],
    now: Histories,
    *,
    before: Sequence[Histories] = (),
    resets: Collection[str] = (),
) -> Findings:
    """Compare every reader's record of every stream that it asked for.

    Args:
        now: the present log.
        before: earlier logs, if history was rewritten.
        resets: reasons of snapshots that this fault may cause. The events that any other snapshot
            skipped count as missing, unless it is a reader's first.
    """
    findings = Findings(readers=len(records))
    # Many readers have equal records: one is judged, and its findings count for each of them.
    judged: dict[object, Findings] = {}
    for record in records:
        for stream, asked in record.asked.items():
            applied = record.of(stream)
            later = frozenset(key for of, key in record.later if of == stream)
            key = (stream, asked, tuple(id(one.frame) for one in applied), later)
            if key not in judged:
                past = [histories[stream] for histories in before if stream in histories]
                judged[key] = _judge_stream(applied, asked, [now[stream], *past], resets, later)
            _add(findings, judged[key], f"reader {record.number} ({record.transport}), {stream}")
    return findings


def last_event_at(records: Sequence[Record], heads: Mapping[str, str]) -> float:
    """Return when the last reader reached the heads; infinity if one never did."""
    latest = 0.0
    for record in records:
        for stream in record.asked:
            there = [one.at for one in record.of(stream) if one.frame["cursor"] == heads[stream]]
            if there:
                latest = max(latest, there[0])
            elif record.asked[stream] != heads[stream]:
                return float("inf")
    return latest


def _judge_stream(
    applied: Sequence[Applied],
    asked: str | None,
    histories: Sequence[History],
    resets: Collection[str],
    later: Collection[str],
) -> Findings:
    found = Findings(applied=len(applied))
    at, seen = asked, set[str]()
    state = StreamState()
    whole = False  # a reader that began from a cursor has no whole state to compare
    for number, frame in enumerate(one.frame for one in applied):
        cursor = frame["cursor"]
        if frame["type"] == "snapshot":
            if number or asked is not None:
                _judge_reset(found, frame, at, histories, resets)
            seen = {cursor}
            state.replace(frame)
            whole = True
        else:
            _judge_event(found, frame, at, seen, histories, later)
            seen.add(cursor)
            if whole:
                state.apply(frame)
        at = cursor
    # A later event has withdrawn these texts, before this reader was sent them.
    last = {one.frame["key"]: one.frame for one in applied if one.frame["type"] == "event"}
    withdrawn = {key for key in later if last.get(key, {}).get("redacted")}
    _judge_end(found, at, state if whole else None, histories[0], withdrawn)
    return found


def _judge_event(
    found: Findings,
    frame: Mapping[str, Any],
    at: str | None,
    seen: set[str],
    histories: Sequence[History],
    later: Collection[str],
) -> None:
    cursor, after = frame["cursor"], frame["after"]
    if cursor in seen:
        found.twice += 1
        found.say(f"{cursor} was applied twice")
        return
    logs = [history for history in histories if cursor in history.places]
    if not logs:
        found.wrong += 1
        found.say(f"{cursor} is in no log")
        return
    if after != at:
        if at is not None and _position(cursor) <= _position(at):
            found.out_of_order += 1
            found.say(f"{cursor} was applied at {at}")
        else:
            found.missing += _between(logs[0], at, cursor)
            found.say(f"at {at} came {cursor}, which is after {after}")
        return
    rows = [log.event_at(cursor) for log in logs if log.before(cursor) == after]
    # The text may have been withdrawn after the oracle read the log: the event was trimmed since,
    # or the reader has a later event of the key.
    gone = cursor not in histories[0].places or frame["key"] in later
    if not rows:
        found.wrong += 1
        found.say(f"{cursor} does not come after {after} in the log: two histories are joined")
    elif not any(_same(frame, row, gone) for row in rows):
        found.wrong += 1
        found.say(f"the event {cursor} differs from the log")


def _judge_reset(
    found: Findings,
    frame: Mapping[str, Any],
    at: str | None,
    histories: Sequence[History],
    resets: Collection[str],
) -> None:
    reason, cursor = frame["reason"], frame["cursor"]
    found.resets[reason] = found.resets.get(reason, 0) + 1
    if not any(cursor in h.places for h in histories):
        found.wrong += 1
        found.say(f"a snapshot is at {cursor}, which is in no log")
    if reason not in resets:
        place = next((h for h in histories if cursor in h.places), None)
        found.missing += max(1, _between(place, at, cursor)) if place else 1
        found.say(f"at {at} came a snapshot at {cursor} ({reason})")


def _judge_end(
    found: Findings,
    at: str | None,
    state: StreamState | None,
    history: History,
    withdrawn: Collection[str],
) -> None:
    if at != history.head:
        found.missing += max(1, len(history.cursors) - 1 - history.places.get(at or "", 0))
        found.say(f"the reader ended at {at}, the log at {history.head}")
    elif state is not None:
        floors = [floor for floor in (state.floor, history.lowest) if floor is not None]
        shown, expected = (
            [item for item in _above(floors, items) if item["key"] not in withdrawn]
            for items in (state.items(), history.items)
        )
        if shown != expected:
            found.wrong += 1
            found.say(f"the reader's state at {at} differs from the stream's")


def _above(floors: Collection[str], items: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the items at or above every floor; readers do not show items below their floor."""
    return [item for item in items if all(item["order"] >= floor for floor in floors)]


def _between(history: History, at: str | None, cursor: str) -> int:
    """Return how many events lie between a cursor, which may be unknown, and a later one."""
    return max(1, history.places[cursor] - 1 - history.places.get(at or "", 0))


def _position(cursor: str) -> int:
    parsed = parse_cursor(cursor)
    return parsed.position if parsed else -1


def _same(frame: Mapping[str, Any], event: Event, gone: bool) -> bool:
    """Return whether a frame equals its row; the row's text may have been withdrawn since."""
    if frame["key"] != event.key:
        return False
    if event.redacted or frame.get("redacted"):
        return event.op == "put" and (event.redacted or gone)
    if frame["op"] != event.op:
        return False
    if event.op == "put":
        return bool(frame["item"] == json.loads(event.item))
    return bool(frame["item"].get("version") == event.version)


def _add(sum_: Findings, one: Findings, who: str) -> None:
    sum_.applied += one.applied
    sum_.missing += one.missing
    sum_.twice += one.twice
    sum_.out_of_order += one.out_of_order
    sum_.wrong += one.wrong
    for words in one.words:
        sum_.say(f"{who}: {words}")
    for reason, count in one.resets.items():
        sum_.resets[reason] = sum_.resets.get(reason, 0) + count
