"""Read log and snapshots in one consistent, read-only transaction."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.database import file_identity, log_database
from stoppress.live.trouble import WRITE_REFUSED

from .outbox import tell_in_test
from .transaction import is_open

# On a connection: the process that opened it, and the identity of its file.
_OPENED = "stoppress_opened"
_READ_ONLY_SQL_TRANSACTION = "25006"
# Connections that a parent process uses on: closing them here would end them there.
_of_parent: list[object] = []


@contextmanager
def reading(using: str | None = None) -> Iterator[None]:
    """Run the block's queries in one read-only transaction, which sees one state of the log.

        with live.reading():
            scores, table = live.snapshot("scores"), live.snapshot("table")

    On SQLite the transaction begins DEFERRED: it neither waits for a writer nor blocks one. On
    PostgreSQL it is REPEATABLE READ, READ ONLY. The connection is Django's own for this thread, and
    Django closes it as any other. If a transaction is open, the block reads in that one. That is
    safe too, as long as a stream's head is read before its items.

    Args:
        using: the database; the log's own by default.

    Raises:
        OperationalError: the database cannot be reached, or the SQLite file is missing.
    """
    alias = using or log_database()
    connection = connections[alias]
    if connection.connection is not None and is_open(connection):
        tell_in_test(connection)
        yield
        return
    with ExitStack() as stack:
        stack.enter_context(_explaining_refused_writes())
        stack.enter_context(own_connection(alias))
        _open(connection)
        if is_open(connection):  # a site that begins its transactions itself
            yield
            return
        if connection.vendor == "sqlite":
            stack.enter_context(_read_only_on_sqlite(connection))
        elif connection.vendor == "postgresql":
            stack.enter_context(_read_only_on_postgres(connection))
        stack.enter_context(transaction.atomic(using=alias))
        yield


@contextmanager
def _explaining_refused_writes() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if is_refused_write(error):
            setattr(error, WRITE_REFUSED, True)
            error.add_note(
                "live.reading() runs in a read-only transaction, to read one state of the "
                "database: write before or after it."
            )
        raise


@contextmanager
def own_connection(using: str | None = None) -> Iterator[None]:
    """At the block's end, return a connection that the block took from a pool.

    Django returns connections at the end of a request, and a hub's threads serve no requests.
    """
    connection = connections[using or log_database()]
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open and getattr(connection, "pool", None):
            connection.close()


def is_refused_write(error: DatabaseError) -> bool:
    """Return whether a database refused a write inside `reading`."""
    cause = error.__cause__
    refused = getattr(cause, "sqlstate", None) == _READ_ONLY_SQL_TRANSACTION
    return refused or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY


def remember_opening(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Record a connection's process and file; a receiver of `connection_created`."""
    vars(connection)[_OPENED] = os.getpid(), _file(connection)


def _open(connection: BaseDatabaseWrapper) -> None:
    """Open a connection, anew if it has been lost or its file has been replaced."""
    process, file = vars(connection).get(_OPENED, (None, None))
    if connection.connection is None:
        pass
    elif process not in {None, os.getpid()}:
        _of_parent.append(connection.connection)
        connection.connection = None
    elif file != _file(connection) or not connection.is_usable():
        connection.close()
    if connection.vendor == "sqlite" and connection.connection is None:
        _refuse_missing_file(connection)
    connection.ensure_connection()


def _file(connection: BaseDatabaseWrapper) -> tuple[int, int] | None:
    return file_identity(connection.alias) if connection.vendor == "sqlite" else None


def _refuse_missing_file(connection: Any) -> None:
    """Fail instead of letting SQLite create the file: it is missing while it is being replaced."""
    name = str(connection.settings_dict["NAME"])
    if name.startswith("file:") or connection.is_in_memory_db():
        return
    if _file(connection) is None:
        raise OperationalError(f"There is no file {name}.")


@contextmanager
def _read_only_on_sqlite(connection: Any) -> Iterator[None]:
    raw, mode = connection.connection, connection.transaction_mode
    # Not with a cursor of Django's: these are no queries of the site.
    [before] = raw.execute("PRAGMA query_only").fetchone()
    try:
        connection.transaction_mode = "DEFERRED"
        raw.execute("PRAGMA query_only=ON")
        yield
    finally:
        connection.transaction_mode = mode
        if connection.connection is raw:
            raw.execute(f"PRAGMA query_only={before}")


@contextmanager
def _read_only_on_postgres(connection: Any) -> Iterator[None]:
    raw = connection.connection
    before = raw.isolation_level, raw.read_only
    try:
        # They change how the driver begins its next transaction; nothing is sent.
        raw.isolation_level = connection.Database.IsolationLevel.REPEATABLE_READ
        raw.read_only = True
        yield
    finally:
        if connection.connection is raw and not raw.closed:
            raw.isolation_level, raw.read_only = before
