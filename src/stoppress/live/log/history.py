"""Read the log: the heads of streams, and the events after a cursor as frames."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import connections

from stoppress.live.database import batches, log_database
from stoppress.live.errors import LiveError
from stoppress.live.models import Installation, LoggedEvent
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame, event_frame

from .beginning import first_cursor
from .outbox import tell_in_test
from .rows import EventRow, event_rows, head_rows, links

# Bytes of items in one read, beyond its first event; the next read takes the rest.
PAGE_BYTES = 256 * 1024
# Events in the first query of a read. Where events are large, at most so many are fetched for
# nothing.
_FIRST_QUERY = 16


@dataclass(frozen=True)
class Head:
    """Where a stream's log ends, and where it begins: everything up to `floor` was trimmed."""

    cursor: Cursor
    floor: Cursor


def read_heads(names: Iterable[str]) -> dict[str, Head]:
    """Return the heads of streams; a stream without events has its first cursor."""
    wanted, using = list(names), log_database()
    tell_in_test(connections[using])
    heads: dict[str, Head] = {}
    for some in batches(wanted):
        for row in head_rows(using, some):
            heads[row.name] = Head(Cursor(row.head, row.link), Cursor(row.floor, row.floor_link))
    unwritten = [name for name in wanted if name not in heads]
    if unwritten:
        installation = Installation.objects.using(using).first()
        if installation is None:
            raise LiveError("The log's tables are missing or empty: run `migrate`.")
        for name in unwritten:
            first = first_cursor(name, installation)
            heads[name] = Head(first, first)
    return heads


def read_head(name: str) -> Head:
    """Return the head of one stream."""
    return read_heads([name])[name]


def read_links(cursors: Iterable[tuple[str, Cursor]]) -> dict[str, str]:
    """Return the log's links at the positions of some cursors, one for each stream."""
    places = [(name, cursor.position) for name, cursor in cursors]
    return links(log_database(), places) if places else {}


def read_after(name: str, cursor: Cursor, head: Head, limit: int) -> list[Frame] | None:
    """Return up to `limit` events after a cursor, in order; None if it is not of this log.

    Large events make it fewer: PAGE_BYTES beyond the first one.

    The row at the cursor is read too. So rewritten history is noticed, and never joined to the old
    one.

    Raises:
        LiveError: the log has a gap there. Stop Press never makes one, so the log is damaged.
    """
    at_floor = cursor.position == head.floor.position
    if cursor.position > head.cursor.position or cursor.position < head.floor.position:
        return None
    first = cursor.position + 1 if at_floor else cursor.position
    rows = partial(event_rows, log_database(), name, first)
    found, more = _first(rows, limit, skip=int(not at_floor))
    before = head.floor
    if not at_floor:
        at_cursor = found.pop(0) if found else None
        if at_cursor is None or at_cursor.position != cursor.position:
            raise LiveError(f"The log of {name!r} has no position {cursor.position}.")
        before = Cursor(at_cursor.position, at_cursor.link)
    if before != cursor:
        return None
    frames = _frames(name, cursor, found)
    if not more and (frames[-1].cursor if frames else cursor) != head.cursor:
        raise LiveError(f"The log of {name!r} does not reach its head, {head.cursor}.")
    return frames


def _first(
    rows: Callable[[slice], list[EventRow]], limit: int, skip: int = 0
) -> tuple[list[EventRow], bool]:
    """Return the first events of a query, and whether there may be more.

    Args:
        rows: fetches a slice of the query.
        limit: most events; PAGE_BYTES beyond the first of them ends the read too.
        skip: events at the query's beginning that do not count.
    """
    found: list[EventRow] = []
    size, some, most = 0, _FIRST_QUERY, limit + skip
    while len(found) < most:
        begin, end = len(found), min(len(found) + some, most)
        fetched = rows(slice(begin, end))
        for row in fetched:
            if len(found) > skip:
                size += len(row.item.encode())
                if size > PAGE_BYTES:
                    return found, True
            found.append(row)
        if len(fetched) < end - begin:
            return found, False
        some *= 4
    return found, True


def _frames(name: str, after: Cursor, rows: Iterable[EventRow]) -> list[Frame]:
    frames: list[Frame] = []
    for row in rows:
        if row.position != after.position + 1:
            raise LiveError(f"The log of {name!r} has no position {after.position + 1}.")
        cursor = Cursor(row.position, row.link)
        frames.append(
            event_frame(
                name,
                after,
                cursor,
                op=row.op,
                event=row.event,
                key=row.key,
                version=row.version,
                time=row.time,
                item=row.item,
                redacts=row.redacts,
                redacted=row.redacted,
            )
        )
        after = cursor
    return frames


def read_recent(name: str, head: Head, limit: int) -> tuple[Cursor, list[Frame]]:
    """Return the last events of a stream, up to `limit`, and the cursor before them.

    Large events make it fewer, as in `read_after`.
    """
    rows = partial(event_rows, log_database(), name, head.cursor.position, newest_first=True)
    found = _first(rows, limit + 1)[0][::-1]
    found = [row for row in found if row.position > head.floor.position]
    start = head.floor
    if found and (len(found) > limit or found[0].position > start.position + 1):
        first = found.pop(0)
        start = Cursor(first.position, first.link)
    return start, _frames(name, start, found)


def read_last_item(stream: str, key: str, using: str) -> str:
    """Return the item of a key's last put in a stream; empty if the log does not have it."""
    puts = LoggedEvent.objects.using(using).filter(stream=stream, key=key, op="put", redacted=False)
    item = puts.order_by("-position").values_list("item", flat=True).first()
    return item or ""
