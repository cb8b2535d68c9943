"""The end of a transaction: log its marked changes, with the objects' state at that moment."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live import conf
from stoppress.live.errors import StreamBusy

from .append import append, lock_streams
from .draft import Draft
from .marks import Entry, Mark, Retelling, Subject

# How often a transaction locks its streams again because others moved its objects meanwhile.
ATTEMPTS = 5


def log_marks(marks: Sequence[Mark], connection: BaseDatabaseWrapper) -> int:
    """Log a transaction's marks inside the transaction; return the number of events.

    Nothing slow happens under a stream's lock.

    1. One statement finds the streams that show the marked keys, and records their heads. With two
       statements, an event logged between them would be seen by only one.
    2. A key that the log shows in no stream has no stream lock that two transactions would share.
       The key itself is locked instead, and looked up again.
    3. The objects are read and rendered.
    4. The streams are locked, in the order of their names.
    5. If a head has moved since it was recorded, the objects whose keys had events since are read
       and rendered again. If an event needs a stream that is not locked, all locks are released,
       and all starts again with that stream too.
    6. The events are written. If one stream has events of more than REPLAY_LIMIT objects, none of
       them is sent: the stream's log is restarted, and every reader gets a snapshot. The log of a
       stream that is retold is restarted too; its earlier events are deleted.

    SQLite holds its one lock from the beginning of the transaction, so no head can move.

    Raises:
        StreamBusy: another transaction held a stream's lock for too long, or others moved the
            objects again and again.
    """
    using = connection.alias
    shared = connection.vendor != "sqlite"
    retold = {mark.stream for mark in marks if isinstance(mark, Retelling)}
    merged = _merged(mark for mark in marks if not isinstance(mark, Retelling))
    may_move = shared and any(isinstance(mark, Subject) or mark.withdraws for mark in merged)
    locked: set[str] = set()
    for _ in range(ATTEMPTS):
        savepoint = connection.savepoint() if may_move else None
        draft = Draft(merged, using, lock=may_move)
        rows = draft.rows()
        if not rows and not retold:
            return 0
        heads = lock_streams({s: len(rows.get(s, ())) for s in {*rows, *locked, *retold}}, using)
        if may_move and draft.look_again(heads):
            rows = draft.rows()
        if rows.keys() <= heads.keys() and not (may_move and draft.unlocked()):
            anew = retold | _crowded(rows)
            unknown = {s: draft.unknown(s, rows.get(s, ()), emptied=s in retold) for s in anew}
            append(rows | unknown, heads, using, anew, emptied=retold)
            return sum(map(len, rows.values()))
        connection.savepoint_rollback(str(savepoint))
        locked |= rows.keys()
    raise StreamBusy(
        f"Nothing was published: {ATTEMPTS} times, others moved the same objects to other streams "
        "meanwhile. Try again."
    )


def _crowded(rows: Mapping[str, Sequence[Entry]]) -> set[str]:
    """Return the streams that get events of more than REPLAY_LIMIT objects."""
    limit = max(1, conf.whole("REPLAY_LIMIT"))
    return {s for s, entries in rows.items() if sum(e.of_object for e in entries) > limit}


def _merged(marks: Iterable[Entry | Subject]) -> list[Entry | Subject]:
    """Join the marks of each object into one, at the place of the object's last mark."""
    merged: dict[object, Entry | Subject] = {}
    for number, mark in enumerate(marks):
        if isinstance(mark, Entry):
            merged[number] = mark
            continue
        earlier = merged.pop(mark.identity, None)
        merged[mark.identity] = earlier.joined(mark) if isinstance(earlier, Subject) else mark
    return list(merged.values())
