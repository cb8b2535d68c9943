"""The events of a transaction's marks, before they are written."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from stoppress.live.protocol.cursor import Cursor

from .append import lock_keys
from .marks import Entry, State, Subject
from .rows import LastEvent, head_rows, keys_since, last_events

# The last `op` in the new rows, by key and stream.
_Ops = dict[str, dict[str, str]]


class Draft:
    """The events of a transaction's marks, made from the present state of its objects."""

    def __init__(self, marks: Sequence[Entry | Subject], using: str, *, lock: bool) -> None:
        self._marks, self._using = marks, using
        self._subjects = [mark for mark in marks if isinstance(mark, Subject)]
        keys = {key for subject in self._subjects for key in subject.before}
        self._withdrawn = {m.key for m in marks if isinstance(m, Entry) and m.withdraws}
        self._logged: dict[str, dict[str, LastEvent]] = {}
        self._seen_heads: dict[str, int] = {}
        self._find(last_events(using, keys | self._withdrawn))
        self._locked: set[str] = set()
        if lock and (unlocked := self.unlocked()):
            lock_keys(unlocked, using)
            self._locked = unlocked
            self._find(last_events(using, unlocked))
        self._states: dict[Hashable, State | None] = {}
        self._read(self._subjects)

    def unlocked(self) -> set[str]:
        """Return the keys that the log shows in no stream, and that are not locked.

        Objects created in this transaction are left out: no other transaction sees them.
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
                    item = entry.facts.get(stream, entry.item)
                    rows[stream].append(entry._replace(stream=stream, item=item))
                    ops[entry.key][stream] = entry.op
        return dict(rows)

    def unknown(self, stream: str, entries: Iterable[Entry], *, emptied: bool) -> list[Entry]:
        """Return the events that change which keys a stream shows, as far as the log knows.

        Args:
            emptied: the stream's earlier events are deleted, so the log knows no key.
        """
        changes: list[Entry] = []
        ops: dict[str, str] = {}
        for entry in entries:
            logged = None if emptied else self._logged.get(entry.key, {}).get(stream)
            known = ops.get(entry.key, logged.op if logged else None)
            if not entry.of_object or entry.op != known:
                changes.append(entry)
                ops[entry.key] = entry.op
        return changes

    def look_again(self, heads: Mapping[str, Cursor]) -> bool:
        """Read objects again if other transactions logged events of them meanwhile.

        Args:
            heads: the heads of the streams that are locked now.

        Returns:
            whether there were any.
        """
        moved = {
            stream: self._seen_heads[stream]
            for stream, head in heads.items()
            if stream in self._seen_heads and self._seen_heads[stream] != head.position
        }
        # A key that no stream showed may be shown by now in a stream whose head was not recorded.
        doubtful = self._withdrawn | self._unseen()
        begun: set[str] = set()
        if moved:
            doubtful |= keys_since(self._using, moved) & self._logged.keys()
            begun = self._begun_anew(moved)
        lost = {key for key, last in self._logged.items() if begun & last.keys()}
        if not doubtful | lost:
            return False
        logged = last_events(self._using, doubtful | lost)
        since = {key for key, last in logged.items() if _places(last) != _places(self._logged[key])}
        since |= lost
        # If the events were deleted, the stream may still show the keys that it showed before.
        shown = {
            key: {s: self._logged[key][s] for s in begun & self._logged[key].keys()}
            for key in logged
        }
        self._find({key: shown[key] | last for key, last in logged.items()})
        self._read([s for s in self._subjects if since & self._keys(s)])
        return bool(since)

    def _unseen(self) -> set[str]:
        """Return the keys that no stream shows.

        Objects created in this transaction are left out: no other transaction sees them.
        """
        keys = {key for each in self._subjects if not each.created for key in self._keys(each)}
        return {key for key in keys if not self._shown(key, {})}

    def _begun_anew(self, moved: Mapping[str, int]) -> set[str]:
        """Return the streams whose log begins after the recorded head.

        The log was trimmed or restarted, so it is unknown which keys had events since.
        """
        heads = head_rows(self._using, list(moved))
        return {head.name for head in heads if head.floor > moved[head.name]}

    def _find(self, logged: Mapping[str, dict[str, LastEvent]]) -> None:
        """Record the last events of some keys, and each stream's lowest head among them."""
        self._logged |= logged
        for last in logged.values():
            for stream, event in last.items():
                # Many keys take several statements, which may see different heads.
                self._seen_heads[stream] = min(event.head, self._seen_heads.get(stream, event.head))

    def _read(self, subjects: Sequence[Subject]) -> None:
        by_kind: dict[type[Subject], list[Subject]] = defaultdict(list)
        for subject in subjects:
            by_kind[type(subject)].append(subject)
        for kind, same in by_kind.items():
            states = kind.read(same, self._using)
            self._states |= zip((s.identity for s in same), states, strict=True)
        unknown = {key for s in subjects for key in self._keys(s)} - self._logged.keys()
        if unknown:
            self._find(last_events(self._using, unknown))

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
        """Return a put for each stream that shows the object, a remove for each it has left."""
        state = self._states[subject.identity]
        entries: list[Entry] = []
        if state:
            what = subject.put_event
            put = Entry("", what, "put", state.key, state.version, "", of_object=True)
            entries = [
                put._replace(stream=stream, item=item)
                for stream, item in sorted(state.items.items())
            ]
        what = subject.remove_event(gone=state is None)
        for key in sorted(self._keys(subject)):
            shown = self._shown(key, ops) | subject.before.get(key, frozenset())
            # Another object may have this key now.
            left = shown - shows.get(key, set())
            remove = Entry("", what, "remove", key, None, "", of_object=True)
            entries += [remove._replace(stream=stream) for stream in sorted(left)]
        return entries

    def _shown(self, key: str, ops: _Ops) -> set[str]:
        """Return the streams where a key's last event, in the log or the new rows, is a put."""
        last = {stream: event.op for stream, event in self._logged[key].items()}
        return {stream for stream, op in (last | ops.get(key, {})).items() if op == "put"}

    def _streams(self, entry: Entry, ops: _Ops) -> Collection[str]:
        """Return an event's stream; for a redaction, each stream that its key was ever in."""
        if entry.stream is not None:
            return [entry.stream]
        here = ops.get(entry.key, {}).keys()
        return sorted(here | self._logged[entry.key].keys() | set(entry.shown_in))


def _places(last: Mapping[str, LastEvent]) -> dict[str, int]:
    return {stream: event.position for stream, event in last.items()}
