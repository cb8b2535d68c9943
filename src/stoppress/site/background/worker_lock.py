"""The lock that lets one process at a time do an installation's background work."""

import fcntl
import logging
import os
from copy import deepcopy
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live import conf
from stoppress.live.database import log_database

logger = logging.getLogger("stoppress.site")

# An arbitrary number: advisory locks belong to one database (PostgreSQL, 13.3.5).
LOCK_NUMBER = 0x5709_9E55
# Sessions of any machine that hold it (PostgreSQL, 53.13).
HOLDERS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 "
    f"AND objid = {LOCK_NUMBER} AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
# With these, a machine that fails loses the lock within about 20 seconds; with the operating
# system's defaults, its connection would last for hours.
PROBING = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 3",
    "SET tcp_keepalives_count = 3",
)
# Seconds to connect, and milliseconds that sent data may stay unacknowledged.
CONNECTING = {"connect_timeout": 5, "tcp_user_timeout": 10_000}


class WorkerLock(Protocol):
    """A lock that at most one process holds at a time."""

    def acquire(self) -> bool:
        """Try to take the lock, without waiting; return whether this process holds it."""

    def release(self) -> None:
        """Release the lock."""


def worker_lock() -> WorkerLock:
    """Return the lock of this installation's background worker."""
    if connections[log_database()].vendor == "postgresql":
        return AdvisoryLock(conf.text("LISTEN_DATABASE") or log_database())
    return FileLock(_beside_the_database())


def is_held() -> bool:
    """Return whether any process holds the lock of the background worker.

    On SQLite the file is locked for reading for an instant. A worker that tries to lock it in this
    instant fails, and tries again a second later; one that holds it notices nothing.

    Raises:
        DatabaseError: PostgreSQL does not answer.
    """
    connection = connections[log_database()]
    if connection.vendor == "postgresql":
        return bool(_answer(connection, HOLDERS))
    try:
        with _beside_the_database().open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:  # it is locked, or another user's
        return True
    return False


def _beside_the_database() -> Path:
    """Return the file to lock; it is beside the database, which two data directories may share."""
    name = str(connections[log_database()].settings_dict["NAME"])
    # A database in memory belongs to this process alone.
    database = settings.DATA / "memory" if name.startswith((":", "file:")) else Path(name).resolve()
    return database.with_name(f".{database.name}.background.lock")


class FileLock:
    """A lock on a file; it ends when its process ends, for whatever reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Try to take the lock; return whether this process holds it."""
        if self._file is not None and self._is_still_there(self._file):
            return True
        self.release()
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_still_there(self, file: IO[str]) -> bool:
        # A restored data directory contains a new file, which other processes lock.
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False


class AdvisoryLock:
    """An advisory lock of a PostgreSQL session; it ends with its connection, and spans machines.

    It needs a direct connection, not one through a transaction pooler: if the site names a direct
    connection for the relay, the lock uses that.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._connection: BaseDatabaseWrapper | None = None
        self._taken = False

    def acquire(self) -> bool:
        """Try to take the lock; return whether this process holds it."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            # Once taken, the lock lasts as long as the connection.
            question = "SELECT 1" if self._taken else f"SELECT pg_try_advisory_lock({LOCK_NUMBER})"
            self._taken = bool(_answer(self._connection, question))
        except Error as error:
            if self._taken:
                logger.warning("the background worker lost its lock: %s", str(error).strip())
            self.release()
        return self._taken

    def release(self) -> None:
        """Release the lock."""
        connection, self._connection, self._taken = self._connection, None, False
        if connection is not None:
            connection.close()

    def _connect(self) -> BaseDatabaseWrapper:
        connection = connections.create_connection(self._alias)
        connection.settings_dict = deepcopy(connection.settings_dict)
        connection.settings_dict["OPTIONS"].pop("pool", None)
        connection.settings_dict["OPTIONS"].update(CONNECTING)
        with connection.cursor() as cursor:
            for setting in PROBING:
                cursor.execute(setting)
        return connection


def _answer(connection: BaseDatabaseWrapper, question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
