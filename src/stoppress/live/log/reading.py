"""Read log and snapshots in one consistent, read-only transaction, on separate connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.database import existing_file, file_identity, log_database

from .outbox import tell_in_test

# Connections that wait for their next reader: one for each thread of a hub that reads.
_IDLE_AT_MOST = 9
_idle: dict[str, list["_Reader"]] = {}
_lock = threading.Lock()


@contextmanager
def reading(using: str | None = None) -> Iterator[None]:
    """Run the block's queries in one read-only transaction, which sees one state of the log.

    On SQLite the transaction begins DEFERRED: it neither waits for a writer nor blocks one. On
    PostgreSQL it is REPEATABLE READ, READ ONLY. Inside an open transaction the block reads in that
    one, which is safe too, as long as a stream's head is read before its items.

    Args:
        using: the database; the log's own by default.
    """
    alias = using or log_database()
    own = connections[alias]
    if own.in_atomic_block:
        tell_in_test(own)
        yield
        return
    reader = _take(alias)
    connections[alias] = reader.connection
    try:
        with transaction.atomic(using=alias):
            yield
    finally:
        connections[alias] = own
        _give_back(alias, reader)


def close_readers() -> None:
    """Close the idle connections."""
    with _lock:
        waiting = [reader for readers in _idle.values() for reader in readers]
        _idle.clear()
    for reader in waiting:
        reader.connection.close()


class _Reader:
    """A read-only connection, and the identity of its file where the database is a file."""

    def __init__(self, alias: str) -> None:
        self.connection = _read_only(alias)
        self.file = file_identity(alias)
        # Taken by one thread at a time, but not always by the same one.
        self.connection.inc_thread_sharing()
        if self.connection.vendor == "postgresql":
            # Not by a start-up parameter, which poolers between us and the server may refuse.
            self.connection.ensure_connection()
            self.connection.connection.read_only = True

    def usable(self, alias: str) -> bool:
        if self.connection.vendor == "sqlite":
            return self.file == file_identity(alias)
        return self.connection.connection is not None and self.connection.is_usable()


def _take(alias: str) -> _Reader:
    while True:
        with _lock:
            waiting = _idle.get(alias)
            reader = waiting.pop() if waiting else None
        if reader is None:
            return _Reader(alias)
        if reader.usable(alias):
            return reader
        reader.connection.close()


def _give_back(alias: str, reader: _Reader) -> None:
    with _lock:
        waiting = _idle.setdefault(alias, [])
        if len(waiting) < _IDLE_AT_MOST and not reader.connection.errors_occurred:
            waiting.append(reader)
            return
    reader.connection.close()


def _read_only(alias: str) -> BaseDatabaseWrapper:
    connection = connections.create_connection(alias)
    connection.settings_dict = deepcopy(connection.settings_dict)
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["transaction_mode"] = "DEFERRED"
        options["init_command"] = f"{options.get('init_command', '')}; PRAGMA query_only=ON;"
        _never_create(connection)
    elif connection.vendor == "postgresql":
        options.pop("pool", None)
        backend: Any = connection  # Django's types do not name its driver, psycopg
        options["isolation_level"] = backend.Database.IsolationLevel.REPEATABLE_READ
    return connection


def _never_create(connection: BaseDatabaseWrapper) -> None:
    """Open a SQLite file only if it exists: it may be missing while it is being replaced."""
    name = str(connection.settings_dict["NAME"])
    if not name.startswith("file:"):
        connection.settings_dict["NAME"] = existing_file(name)
        connection.settings_dict["OPTIONS"]["uri"] = True
