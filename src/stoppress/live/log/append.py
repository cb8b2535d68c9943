"""Append events to the log: positions and links, under one row lock for each stream."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from zlib import crc32

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live import conf
from stoppress.live.errors import StreamBusy
from stoppress.live.models import LoggedEvent, StreamHead, random_uid
from stoppress.live.protocol.cursor import Cursor, next_link
from stoppress.live.relays.notify import notify

from .beginning import first_cursor, held_installation
from .marks import Entry
from .new_rows import NewEvent, blank_texts, insert_events, move_heads

_POSTGRES_LOCK_NOT_AVAILABLE = "55P03"
_POSTGRES_DEADLOCK = "40P01"

# PostgreSQL's advisory locks have two keys: our first one, and how many second ones we use.
_KEY_LOCK = crc32(b"stoppress.live") >> 1
_KEY_LOCKS = 256


def lock_streams(counts: Mapping[str, int], using: str) -> dict[str, Cursor]:
    """Lock streams until the transaction ends; return each one's head before its new events.

    Each head row is locked by raising its number. All writers lock in the order of the names,
    which prevents deadlocks. The lock is held until the commit, so positions follow commit order.

    Args:
        counts: how many events each stream is expected to get.

    Raises:
        StreamBusy: another transaction held a stream's lock for LOCK_SECONDS.
    """
    with busy_in_words(using):
        return {stream: _raise_head(stream, counts[stream], using) for stream in sorted(counts)}


def lock_keys(keys: Iterable[str], using: str) -> None:
    """Lock keys on PostgreSQL until the transaction ends, before any stream.

    Keys are hashed to 256 locks, because the server's lock table is limited.

    Raises:
        StreamBusy: another transaction held a key's lock for LOCK_SECONDS.
    """
    locks = sorted({crc32(key.encode()) % _KEY_LOCKS for key in keys})
    with busy_in_words(using), connections[using].cursor() as database:
        sql = "SELECT pg_advisory_xact_lock(%s, lock) FROM unnest(%s) AS lock"
        database.execute(sql, [_KEY_LOCK, locks])


def append(
    rows: Mapping[str, Sequence[Entry]],
    heads: Mapping[str, Cursor],
    using: str,
    anew: Collection[str] = (),
    emptied: Collection[str] = (),
) -> None:
    """Write the events of locked streams, with their links.

    The texts that a redaction withdraws are blanked. On PostgreSQL, the other processes are
    notified at commit.

    Args:
        rows: the events of each stream, in order.
        heads: of every locked stream, as `lock_streams` returned them.
        anew: streams whose log begins after these events, so that every reader gets a snapshot. No
            reader is sent them: they hold no items, and only say which keys are shown there.
        emptied: streams whose earlier events are deleted.
    """
    if emptied:
        LoggedEvent.objects.using(using).filter(stream__in=list(emptied)).delete()
    events: list[NewEvent] = []
    ends: dict[str, Cursor] = {}
    for stream, head in heads.items():
        for entry in rows.get(stream, ()):
            position, uid = head.position + 1, random_uid()
            head = Cursor(position, next_link(head.link, position, uid))
            events.append(
                NewEvent(
                    stream=stream,
                    position=position,
                    link=head.link,
                    uid=uid,
                    event=entry.event,
                    op=entry.op,
                    key=entry.key,
                    version=entry.version,
                    item="" if stream in anew else entry.item,
                    redacts=entry.redacts,
                )
            )
        ends[stream] = _unknown_cursor(head) if stream in anew else head
    insert_events(using, events)
    move_heads(using, ends)
    for stream in anew:
        move_floor(stream, ends[stream], using)
    blank_texts(using, [event for event in events if event.redacts])
    notify([stream for stream in sorted(heads) if rows.get(stream) or stream in anew], using)


def _raise_head(stream: str, count: int, using: str) -> Cursor:
    """Lock a stream and reserve `count` positions; return the cursor before them."""
    table = connections[using].ops.quote_name(StreamHead._meta.db_table)
    sql = f"UPDATE {table} SET head = head + %s WHERE name = %s RETURNING head, link"
    with connections[using].cursor() as database:
        database.execute(sql, [count, stream])
        row = database.fetchone()
        if row is None:
            first, link = first_cursor(stream, held_installation(using))
            new = StreamHead(name=stream, head=first, link=link, floor=first, floor_link=link)
            # Another writer may insert the same row; the second of the two waits for it here.
            StreamHead.objects.using(using).bulk_create([new], ignore_conflicts=True)
            database.execute(sql, [count, stream])
            row = database.fetchone()
    return Cursor(row[0] - count, row[1])


def _unknown_cursor(head: Cursor) -> Cursor:
    """Return a cursor after a stream's head that no reader can have."""
    position = head.position + 1
    return Cursor(position, next_link(head.link, position, random_uid()))


def move_floor(stream: str, floor: Cursor, using: str) -> None:
    """Make a locked stream's log begin after a cursor: readers before it get a snapshot."""
    heads = StreamHead.objects.using(using).filter(name=stream)
    heads.update(floor=floor.position, floor_link=floor.link)


def limit_lock_waits(using: str) -> None:
    """Limit on PostgreSQL how long the rest of the transaction waits for each lock.

    SQLite's writers wait at BEGIN.
    """
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as database:
            database.execute(limit_of_lock_waits())


def limit_of_lock_waits() -> str:
    """Return the SQL that limits how long the rest of a transaction waits for each lock."""
    return f"SET LOCAL lock_timeout = {conf.get('LOCK_SECONDS') * 1000:.0f}"


@contextmanager
def busy_in_words(using: str) -> Iterator[None]:
    """Raise StreamBusy if a lock was not free in time, or there was a deadlock."""
    try:
        yield
    except OperationalError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == _POSTGRES_LOCK_NOT_AVAILABLE:
            raise stream_busy(conf.get("LOCK_SECONDS")) from error
        if state == _POSTGRES_DEADLOCK:
            raise StreamBusy(
                "Nothing was published: this transaction and another one waited for each other's "
                "locks, and the database ended this one. Try again."
            ) from error
        name = getattr(error.__cause__, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise stream_busy(lock_seconds(connections[using])) from error
        raise


def lock_seconds(connection: BaseDatabaseWrapper) -> float:
    """Return how long SQLite waits for its lock."""
    return float(connection.settings_dict.get("OPTIONS", {}).get("timeout", 5))


def stream_busy(seconds: float) -> StreamBusy:
    """Return the error of a publisher that waited `seconds` for a lock and did not get it."""
    return StreamBusy(
        f"Nothing was published: another transaction held the lock for more than {seconds:g} s. "
        "Publish late in a transaction and keep it short; then try again."
    )
