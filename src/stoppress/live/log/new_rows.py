"""Write events and heads with SQL that is built once, because their streams are locked meanwhile.

The ORM would need several times as long, and on SQLite many statements. On PostgreSQL the statement
itself takes the database's time, which costs no query.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db import connections

from stoppress.live.clock import database_time
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor


class NewEvent(NamedTuple):
    """The columns of a new `LoggedEvent`, without its time."""

    stream: str
    position: int
    link: str
    uid: bytes
    event: str
    op: str
    key: str
    version: int | None
    item: str
    redacts: bool
    redacted: bool = False


def insert_events(using: str, events: Sequence[NewEvent]) -> None:
    """Insert events by one statement, all with the time of the database's clock."""
    if not events:
        return
    connection = connections[using]
    sql = _insert_sql(using)
    with connection.cursor() as database:
        if connection.vendor == "postgresql":
            database.execute(sql, [list(column) for column in zip(*events, strict=True)])
        else:
            time = connection.ops.adapt_datetimefield_value(database_time(using))
            database.executemany(sql, [(*row, time) for row in events])


def move_heads(using: str, ends: Mapping[str, Cursor]) -> None:
    """Set the heads of streams, by one statement."""
    if not ends:
        return
    connection = connections[using]
    names, positions, links = zip(*((n, e.position, e.link) for n, e in ends.items()), strict=True)
    with connection.cursor() as database:
        if connection.vendor == "postgresql":
            database.execute(_heads_sql(using), [list(names), list(positions), list(links)])
        else:
            database.executemany(_heads_sql(using), list(zip(positions, links, names, strict=True)))


def blank_texts(using: str, redactions: Sequence[NewEvent]) -> None:
    """Blank the texts of a redacted key's earlier events in the redaction's stream.

    One statement does it for all redactions.
    """
    if not redactions:
        return
    connection = connections[using]
    places = [(event.key, event.stream, event.position) for event in redactions]
    with connection.cursor() as database:
        if connection.vendor == "postgresql":
            database.execute(_blank_sql(using), [list(c) for c in zip(*places, strict=True)])
        else:
            database.executemany(_blank_sql(using), places)


@lru_cache
def _heads_sql(using: str) -> str:
    connection = connections[using]
    quote = connection.ops.quote_name
    table = quote(StreamHead._meta.db_table)
    if connection.vendor != "postgresql":
        return f"UPDATE {table} SET head = %s, link = %s WHERE name = %s"
    return (
        f"UPDATE {table} SET head = ends.head, link = ends.link FROM "
        "unnest(%s::varchar[], %s::bigint[], %s::varchar[]) AS ends(name, head, link) "
        f"WHERE {table}.name = ends.name"
    )


@lru_cache
def _blank_sql(using: str) -> str:
    connection = connections[using]
    table = connection.ops.quote_name(LoggedEvent._meta.db_table)
    blank = f"UPDATE {table} SET item = '', redacted = TRUE"
    # An earlier redaction may have a text too: its reason.
    texts = f"({table}.op = 'put' OR {table}.item <> '')"
    if connection.vendor != "postgresql":
        return f"{blank} WHERE key = %s AND stream = %s AND {texts} AND position < %s"
    return (
        f"{blank} FROM unnest(%s::varchar[], %s::varchar[], %s::bigint[]) "
        f"AS gone(key, stream, place) WHERE {table}.key = gone.key "
        f"AND {table}.stream = gone.stream AND {texts} "
        f"AND {table}.position < gone.place"
    )


@lru_cache
def _insert_sql(using: str) -> str:
    connection = connections[using]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, (*NewEvent._fields, "time")))
    insert = f"INSERT INTO {quote(LoggedEvent._meta.db_table)} ({columns})"
    if connection.vendor != "postgresql":
        return f"{insert} VALUES ({', '.join(['%s'] * len(NewEvent._fields))}, %s)"
    types = (LoggedEvent._meta.get_field(name).db_type(connection) for name in NewEvent._fields)
    arrays = ", ".join(f"%s::{each}[]" for each in types)
    # The statement's time: the transaction may have begun long before its streams were locked.
    return f"{insert} SELECT new.*, statement_timestamp() FROM unnest({arrays}) AS new"
