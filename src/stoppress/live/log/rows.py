"""Rows of the log, read with SQL that is built once: one look at the log takes two queries.

The ORM needs ten times as long to build one query as SQLite needs to answer it, and every process
reads the log for every event.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.database import batches
from stoppress.live.models import LoggedEvent, StreamHead


class HeadRow(NamedTuple):
    """The columns of one `StreamHead`."""

    name: str
    head: int
    link: str
    floor: int
    floor_link: str


class EventRow(NamedTuple):
    """The columns of one `LoggedEvent`, except stream and uid."""

    position: int
    link: str
    time: datetime
    event: str
    op: str
    key: str
    version: int | None
    item: str
    redacts: bool
    redacted: bool


class LastEvent(NamedTuple):
    """The last event of a key in a stream, and the stream's head when it was read."""

    position: int
    op: str
    head: int


_TIME = EventRow._fields.index("time")


def head_rows(using: str, names: Sequence[str]) -> list[HeadRow]:
    """Return the head rows of some streams; streams without events have none."""
    with connections[using].cursor() as database:
        database.execute(_heads_sql(using, len(names)), names)
        return [HeadRow(*row) for row in database.fetchall()]


def links(using: str, cursors: Sequence[tuple[str, int]]) -> dict[str, str]:
    """Return the links of events by stream, at most one for each stream.

    Args:
        cursors: streams and positions; positions without an event are left out.
    """
    with connections[using].cursor() as database:
        places = [part for cursor in cursors for part in cursor]
        database.execute(_links_sql(using, len(cursors)), places)
        return dict(database.fetchall())


def event_rows(
    using: str, stream: str, position: int, some: slice, *, newest_first: bool = False
) -> list[EventRow]:
    """Return events of a stream from a position upwards, or downwards.

    Args:
        some: the slice to return, counted from the position.
    """
    sql, connection = _events_sql(using, newest_first), connections[using]
    with connection.cursor() as database:
        database.execute(sql, (stream, position, some.stop - some.start, some.start))
        rows = database.fetchall()
    return [EventRow._make(row)._replace(time=stored_time(row[_TIME], connection)) for row in rows]


def last_events(using: str, keys: Collection[str]) -> dict[str, dict[str, LastEvent]]:
    """Return each key's last event in each stream, as far as the log goes back.

    The cost grows with the number of streams, not of events.
    """
    found: dict[str, dict[str, LastEvent]] = {key: {} for key in keys}
    ordered = sorted(keys)
    with connections[using].cursor() as database:
        for some in batches(ordered):
            database.execute(_last_events_sql(using, len(some)), some)
            for key, stream, *last in database.fetchall():
                found[key][stream] = LastEvent(*last)
    return found


def keys_since(using: str, positions: Mapping[str, int]) -> set[str]:
    """Return the keys of the events after a position of each stream; on PostgreSQL only."""
    with connections[using].cursor() as database:
        database.execute(_keys_since_sql(using), [list(positions), list(positions.values())])
        return {key for (key,) in database.fetchall()}


def stored_time(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Convert a time as the ORM does: SQLite has neither a time type nor time zones."""
    column = LoggedEvent._meta.get_field("time").cached_col
    for convert in connection.ops.get_db_converters(column):
        value = convert(value, column, connection)
    return value


@lru_cache(maxsize=64)
def _heads_sql(using: str, names: int) -> str:
    quote = connections[using].ops.quote_name
    columns = ", ".join(map(quote, HeadRow._fields))
    places = ", ".join(["%s"] * names)
    table = quote(StreamHead._meta.db_table)
    return f"SELECT {columns} FROM {table} WHERE {quote('name')} IN ({places})"


@lru_cache(maxsize=64)
def _links_sql(using: str, cursors: int) -> str:
    quote = connections[using].ops.quote_name
    table, stream, position = map(quote, (LoggedEvent._meta.db_table, "stream", "position"))
    # Not `IN` with pairs: for that SQLite scans the whole table.
    places = " OR ".join([f"({stream} = %s AND {position} = %s)"] * cursors)
    return f"SELECT {stream}, {quote('link')} FROM {table} WHERE {places}"


@lru_cache
def _events_sql(using: str, newest_first: bool) -> str:
    quote = connections[using].ops.quote_name
    columns = ", ".join(map(quote, EventRow._fields))
    table, stream, position = map(quote, (LoggedEvent._meta.db_table, "stream", "position"))
    compare, order = ("<=", "DESC") if newest_first else (">=", "ASC")
    return (
        f"SELECT {columns} FROM {table} WHERE {stream} = %s AND {position} {compare} %s "
        f"ORDER BY {position} {order} LIMIT %s OFFSET %s"
    )


@lru_cache
def _keys_since_sql(using: str) -> str:
    quote = connections[using].ops.quote_name
    # OFFSET 0 forces an index search for each stream; as a join it may read the whole log.
    return (
        "SELECT DISTINCT event.key "
        "FROM unnest(%s::varchar[], %s::bigint[]) AS since(stream, place), "
        f"LATERAL (SELECT key FROM {quote(LoggedEvent._meta.db_table)} e "
        "WHERE e.stream = since.stream AND e.position > since.place OFFSET 0) AS event"
    )


@lru_cache(maxsize=64)
def _last_events_sql(using: str, keys: int) -> str:
    # Goes from each stream of a key to the next one, which a MIN finds in the index; a GROUP BY
    # would read every event of the key. The other subqueries are scalar too: for a join, PostgreSQL
    # would read the whole log, since it expects a hundred streams for each key.
    quote = connections[using].ops.quote_name
    event, head = quote(LoggedEvent._meta.db_table), quote(StreamHead._meta.db_table)
    places = ", ".join(["(%s)"] * keys)
    of_place = "e.key = place.key AND e.stream = place.stream"
    return (
        f"WITH RECURSIVE wanted(key) AS (VALUES {places}), place(key, stream) AS ("
        f"SELECT key, (SELECT MIN(e.stream) FROM {event} e WHERE e.key = wanted.key) FROM wanted "
        f"UNION ALL SELECT key, (SELECT MIN(e.stream) FROM {event} e "
        "WHERE e.key = place.key AND e.stream > place.stream) "
        "FROM place WHERE stream IS NOT NULL) "
        f"SELECT key, stream, (SELECT MAX(e.position) FROM {event} e WHERE {of_place}), "
        f"(SELECT e.op FROM {event} e WHERE {of_place} ORDER BY e.position DESC LIMIT 1), "
        f"(SELECT h.head FROM {head} h WHERE h.name = place.stream) "
        "FROM place WHERE stream IS NOT NULL"
    )
