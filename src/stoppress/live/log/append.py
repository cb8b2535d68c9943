"""Append events to the log: positions and links, under one row lock for each stream."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import OperationalError, connections, transaction
from django.utils import timezone

from stoppress.live import conf
from stoppress.live.errors import StreamBusy
from stoppress.live.models import Installation, LoggedEvent, StreamHead, random_uid
from stoppress.live.protocol.cursor import Cursor, first_link, next_link
from stoppress.live.relays.notify import notify

from .wiping import wipe_soon

_POSTGRES_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Entry:
    """An event to be logged; one without a stream withdraws a key from all streams.

    Attributes:
        shown_in: streams that a redaction also goes to, although their log no longer has the key.
    """

    stream: str | None
    event: str
    op: str
    key: str
    version: int | None
    item: str
    redacts: bool = False
    shown_in: tuple[str, ...] = ()


def append(entries: Sequence[Entry], using: str) -> list[str]:
    """Write entries at the heads of their streams, inside the caller's transaction.

    1. A redaction becomes a `remove` in each stream that its key was ever in.
    2. Each stream's head row is locked by raising its number. Streams are locked in the order of
       their names, so that two writers never deadlock. The lock is held until commit, so positions
       have the order of commits.
    3. The events are written, with their links.
    4. The texts that a redaction withdraws are blanked.
    5. On PostgreSQL, the other processes are notified at commit. On SQLite, the withdrawn text is
       wiped from the files after commit.

    Returns:
        The names of the streams that grew.

    Raises:
        StreamBusy: another transaction held a stream's lock for LOCK_SECONDS.
    """
    withdrawn = {entry.key for entry in entries if entry.stream is None}
    streams = {key: _streams_of(key, using) for key in withdrawn}
    rows = _rows_by_stream(entries, streams)
    heads: dict[str, Cursor] = {}
    with lock_timeout(using):
        for stream in sorted(rows):
            heads[stream] = _raise_head(stream, len(rows[stream]), using)
        # The key may have been published to another stream while this transaction waited for its
        # locks.
        late = {key: streams[key] | _streams_of(key, using) for key in withdrawn}
        if late != streams:
            planned, rows = rows, _rows_by_stream(entries, late)
            for stream in sorted(rows):
                more = len(rows[stream]) - len(planned.get(stream, []))
                if more:
                    before = _raise_head(stream, more, using)
                    heads.setdefault(stream, before)
    time = timezone.now()
    for stream, own in rows.items():
        _append_to(stream, heads[stream], own, time, using)
    if withdrawn:
        transaction.on_commit(lambda: wipe_soon(using), using=using, robust=True)
    grown = sorted(rows)
    notify(grown, using)
    return grown


def _rows_by_stream(
    entries: Iterable[Entry], streams: Mapping[str, set[str]]
) -> dict[str, list[Entry]]:
    """Return each stream's entries; a redaction is repeated for each stream its key was in."""
    rows: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.stream is not None:
            rows[entry.stream].append(entry)
            continue
        here = {stream for stream, own in rows.items() if any(e.key == entry.key for e in own)}
        for stream in here | streams[entry.key] | set(entry.shown_in):
            rows[stream].append(replace(entry, stream=stream))
    return rows


def _streams_of(key: str, using: str) -> set[str]:
    events = LoggedEvent.objects.using(using).filter(key=key)
    return set(events.values_list("stream", flat=True).distinct())


def _append_to(
    stream: str, head: Cursor, entries: Sequence[Entry], time: datetime, using: str
) -> None:
    link = head.link
    events = []
    for position, entry in enumerate(entries, start=head.position + 1):
        uid = random_uid()
        link = next_link(link, position, uid)
        events.append(
            LoggedEvent(
                stream=stream,
                position=position,
                link=link,
                uid=uid,
                time=time,
                event=entry.event,
                op=entry.op,
                key=entry.key,
                version=entry.version,
                item=entry.item,
                redacts=entry.redacts,
            )
        )
    LoggedEvent.objects.using(using).bulk_create(events)
    StreamHead.objects.using(using).filter(name=stream).update(link=link)
    for event in events:
        if event.redacts:
            _blank(event, using)


def _raise_head(stream: str, count: int, using: str) -> Cursor:
    """Lock a stream and reserve `count` positions; return the cursor before them."""
    table = connections[using].ops.quote_name(StreamHead._meta.db_table)
    sql = f"UPDATE {table} SET head = head + %s WHERE name = %s RETURNING head, link"
    with connections[using].cursor() as database:
        database.execute(sql, [count, stream])
        row = database.fetchone()
        if row is None:
            link = first_link(installation_uid(using), stream)
            new = StreamHead(name=stream, link=link, floor_link=link)
            # Another writer may insert the same row; the second of the two waits for it here.
            StreamHead.objects.using(using).bulk_create([new], ignore_conflicts=True)
            database.execute(sql, [count, stream])
            row = database.fetchone()
    return Cursor(row[0] - count, row[1])


def _blank(redaction: LoggedEvent, using: str) -> None:
    LoggedEvent.objects.using(using).filter(
        stream=redaction.stream, key=redaction.key, op="put", position__lt=redaction.position
    ).update(item="", redacted=True)


def installation_uid(using: str) -> bytes:
    """Return the random id of this installation; it is created at first use."""
    row, _ = Installation.objects.using(using).get_or_create(pk=1)
    return bytes(row.uid)


@contextmanager
def lock_timeout(using: str) -> Iterator[None]:
    """Limit the wait for a stream's lock; raise StreamBusy when it runs out."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield  # SQLite's writers wait at BEGIN, see `transaction.atomic`
        return
    seconds = conf.get("LOCK_SECONDS")
    with connection.cursor() as database:
        database.execute("SELECT current_setting('lock_timeout')")
        [before] = database.fetchone()
        database.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _POSTGRES_LOCK_NOT_AVAILABLE:
            raise stream_busy(seconds) from error
        raise
    with connection.cursor() as database:
        database.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def stream_busy(seconds: float) -> StreamBusy:
    """Return the error of a publisher that waited `seconds` for a lock in vain."""
    return StreamBusy(
        f"Nothing was published: another transaction held the lock for more than {seconds:g} s. "
        "Publish late in a transaction and keep it short; then try again."
    )
