"""Walk through the streams that have events in the log: by the index, in batches."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor

from .rows import stored_time

# Streams in one query: some milliseconds.
STREAMS_A_QUERY = 500


class Extent(NamedTuple):
    """A stream's first and last event in the log, and its head."""

    stream: str
    first: int
    first_time: datetime
    last: int
    last_time: datetime
    head: Cursor

    @property
    def most(self) -> int:
        """Return the largest possible number of events."""
        return self.last - self.first + 1


def walk(using: str) -> Iterator[list[Extent]]:
    """Yield all streams that have events, in batches, in the database's order of names.

    A stream without events costs nothing, however many heads there are.
    """
    connection = connections[using]
    rows: list[Any] = [("",)]
    while rows:
        with connection.cursor() as database:
            database.execute(_extents_sql(using), [rows[-1][0], STREAMS_A_QUERY])
            rows = database.fetchall()
        yield [_extent(row, connection) for row in rows if row[-1] is not None]
        if len(rows) < STREAMS_A_QUERY:
            return


def _extent(row: Any, connection: BaseDatabaseWrapper) -> Extent:
    stream, first, first_time, last, last_time, *head = row
    begun, ended = stored_time(first_time, connection), stored_time(last_time, connection)
    return Extent(stream, first, begun, last, ended, Cursor(*head))


@lru_cache
def _extents_sql(using: str) -> str:
    # Goes from each stream to the next one, which a MIN finds in the index. All subqueries are
    # scalar: a join or a GROUP BY may read the whole log.
    quote = connections[using].ops.quote_name
    event, head = quote(LoggedEvent._meta.db_table), quote(StreamHead._meta.db_table)
    of_place = f"FROM {event} e WHERE e.stream = place.stream"
    of_head = f"FROM {head} h WHERE h.name = place.stream"
    return (
        "WITH RECURSIVE place(stream, number) AS ("
        f"SELECT (SELECT MIN(e.stream) FROM {event} e WHERE e.stream > %s), 1 "
        f"UNION ALL SELECT (SELECT MIN(e.stream) FROM {event} e WHERE e.stream > place.stream), "
        "number + 1 FROM place WHERE stream IS NOT NULL AND number < %s) "
        f"SELECT stream, (SELECT MIN(e.position) {of_place}), "
        f"(SELECT e.time {of_place} ORDER BY e.position LIMIT 1), "
        f"(SELECT MAX(e.position) {of_place}), "
        f"(SELECT e.time {of_place} ORDER BY e.position DESC LIMIT 1), "
        f"(SELECT h.head {of_head}), (SELECT h.link {of_head}) "
        "FROM place WHERE stream IS NOT NULL"
    )
