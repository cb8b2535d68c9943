"""The end of a transaction: log what it marked, as it stands there."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.errors import StreamBusy
from stoppress.live.protocol.cursor import Cursor

from .append import append, lock_keys, lock_streams
from .marks import Entry, Mark, State, Subject
from .rows import LastEvent, last_events

# Times that a transaction locks its streams, because others moved its objects meanwhile.
ATTEMPTS = 5

# What the new rows last do with a key, by stream.
_Ops = dict[str, dict[str, str]]


def log_marks(marks: Sequence[Mark], connection: BaseDatabaseWrapper) -> None:
    """Log what a transaction marked, inside it; nothing slow happens under a stream's lock.

    1. The streams that show the marked keys are found in the log, and their heads noted, by one
       statement: of what is logged between two, the one would know and the other not.
    2. What the log shows nowhere has no stream whose lock two transactions would share: its key is
       locked instead, and looked for again.
    3. The objects are read and rendered.
    4. The streams are locked, in the order of their names.
    5. Where a head is not as it was noted, the objects whose keys were told since are read and
       rendered again. If an event needs a stream that is not locked, the locks are given back, and
       all starts again with that stream too.
    6. The events are written.

    SQLite holds its one lock from the beginning of the transaction: it needs no second look.

    Raises:
        StreamBusy: another transaction held a stream's lock for too long, or others moved the
            objects again and again.
    """
    using = connection.alias
    shared = connection.vendor != "sqlite"
    merged = _merged(marks)
    may_move = shared and any(isinstance(mark, Subject) or _redacts(mark) for mark in merged)
    locked: set[str] = set()
    for _ in range(ATTEMPTS):
        savepoint = connection.savepoint() if may_move else None
        draft = _Draft(merged, using, lock=may_move)
        rows = draft.rows()
        if not rows:
            return
        heads = lock_streams({s: len(rows.get(s, ())) for s in {*rows, *locked}}, using)
        if may_move and draft.look_again(heads):
            rows = draft.rows()
        if rows.keys() <= heads.keys() and not (may_move and draft.unlocked()):
            append(rows, heads, using)
            return
        connection.savepoint_rollback(str(savepoint))
        locked |= rows.keys()
    raise StreamBusy(
        f"Nothing was published: {ATTEMPTS} times, others moved the same objects to other streams "
        "meanwhile. Try again."
    )


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks with one for each object, where its last one stood."""
    merged: dict[object, Mark] = {}
    for number, mark in enumerate(marks):
        if isinstance(mark, Entry):
            merged[number] = mark
            continue
        earlier = merged.pop(mark.identity, None)
        merged[mark.identity] = earlier.joined(mark) if isinstance(earlier, Subject) else mark
    return list(merged.values())


class _Draft:
    """The events of a transaction's marks, as its objects stand now."""

    def __init__(self, marks: Sequence[Mark], using: str, *, lock: bool) -> None:
        self._marks, self._using = marks, using
        self._subjects = [mark for mark in marks if isinstance(mark, Subject)]
        keys = {key for subject in self._subjects for key in subject.before}
        self._withdrawn = {m.key for m in marks if isinstance(m, Entry) and _redacts(m)}
        self._told = last_events(using, keys | self._withdrawn)
        self._locked: set[str] = set()
        if lock and (unlocked := self.unlocked()):
            lock_keys(unlocked, using)
            self._locked = unlocked
            self._told |= last_events(using, unlocked)
        self._noted = self._note_heads()
        self._states: dict[Hashable, State | None] = {}
        self._read(self._subjects)

    def unlocked(self) -> set[str]:
        """Return the keys that the log shows nowhere, and that are not locked.

        An object that the transaction itself created is seen by no other one.
        """
        keys = {key for each in self._subjects if not each.created for key in each.before}
        return {key for key in keys if not self._shown(key, {})} - self._locked

    def rows(self) -> dict[str, list[Entry]]:
        """Return each stream's events, in order."""
        rows: dict[str, list[Entry]] = defaultdict(list)
        ops: _Ops = defaultdict(dict)
        shows = self._shows()
        for mark in self._marks:
            for entry in [mark] if isinstance(mark, Entry) else self._entries(mark, ops, shows):
                for stream in self._streams(entry, ops):
                    own = entry if entry.stream == stream else replace(entry, stream=stream)
                    rows[stream].append(own)
                    ops[own.key][stream] = own.op
        return dict(rows)

    def look_again(self, heads: Mapping[str, Cursor]) -> bool:
        """Read again the objects that others told of meanwhile; return whether there were any.

        Args:
            heads: of the streams that are locked now.
        """
        moved = any(self._noted.get(stream) != head.position for stream, head in heads.items())
        # A withdrawn key may have come into a stream that is not locked.
        if not moved and not self._withdrawn:
            return False
        told = last_events(self._using, self._told)
        since = {key for key, last in told.items() if _places(last) != _places(self._told[key])}
        self._told |= told
        self._read([s for s in self._subjects if since & self._keys(s)])
        return bool(since)

    def _note_heads(self) -> dict[str, int]:
        noted: dict[str, int] = {}
        for last in self._told.values():
            for stream, event in last.items():
                # Many keys are found by several statements.
                noted[stream] = min(event.head, noted.get(stream, event.head))
        return noted

    def _read(self, subjects: Sequence[Subject]) -> None:
        by_kind: dict[type[Subject], list[Subject]] = defaultdict(list)
        for subject in subjects:
            by_kind[type(subject)].append(subject)
        for kind, same in by_kind.items():
            states = kind.read(same, self._using)
            self._states |= zip((s.identity for s in same), states, strict=True)
        unknown = {key for s in subjects for key in self._keys(s)} - self._told.keys()
        if unknown:
            self._told |= last_events(self._using, unknown)

    def _keys(self, subject: Subject) -> set[str]:
        state = self._states[subject.identity]
        return {*subject.before, *([state.key] if state else [])}

    def _shows(self) -> dict[str, set[str]]:
        """Return the streams that show the objects now, by key."""
        shows: dict[str, set[str]] = defaultdict(set)
        for state in self._states.values():
            if state:
                shows[state.key] |= state.streams
        return shows

    def _entries(self, subject: Subject, ops: _Ops, shows: Mapping[str, set[str]]) -> list[Entry]:
        """Return a put for each stream that shows the object, a remove for each other one."""
        state = self._states[subject.identity]
        entries: list[Entry] = []
        if state:
            put = Entry("", subject.put_event, "put", state.key, state.version, state.item)
            entries = [replace(put, stream=stream) for stream in sorted(state.streams)]
        for key in sorted(self._keys(subject)):
            shown = self._shown(key, ops) | subject.before.get(key, frozenset())
            # Another object may have taken the key.
            left = shown - shows.get(key, set())
            remove = Entry("", subject.remove_event(gone=state is None), "remove", key, None, "")
            entries += [replace(remove, stream=stream) for stream in sorted(left)]
        return entries

    def _shown(self, key: str, ops: _Ops) -> set[str]:
        """Return the streams where a key's last event is a put, in the log or in its new rows."""
        last = {stream: event.op for stream, event in self._told[key].items()}
        return {stream for stream, op in (last | ops.get(key, {})).items() if op == "put"}

    def _streams(self, entry: Entry, ops: _Ops) -> Collection[str]:
        """Return an event's stream; of a redaction each stream that its key was ever in."""
        if entry.stream is not None:
            return [entry.stream]
        here = ops.get(entry.key, {}).keys()
        return sorted(here | self._told[entry.key].keys() | set(entry.shown_in))


def _places(last: Mapping[str, LastEvent]) -> dict[str, int]:
    return {stream: event.position for stream, event in last.items()}


def _redacts(mark: Mark) -> bool:
    return isinstance(mark, Entry) and mark.stream is None
