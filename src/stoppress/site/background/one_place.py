"""The one place for background work in an installation, however many processes want it."""

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

# Any number will do: advisory locks belong to one database (PostgreSQL, 13.3.5).
LOCK = 0x5709_9E55
# A machine that is gone without a word loses its place within some 20 seconds, where the
# operating system alone would keep its connection for hours.
PROBING = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 3",
    "SET tcp_keepalives_count = 3",
)
# Seconds, and milliseconds without an answer of the server's.
CONNECTING = {"connect_timeout": 5, "tcp_user_timeout": 10_000}


class Place(Protocol):
    """What at most one process has at a time."""

    def have(self) -> bool:
        """Return whether this process has the place, after trying to take it; does not wait."""

    def leave(self) -> None:
        """Let another process have it."""


def the_place() -> Place:
    """Return the place of this installation's background worker."""
    if connections[log_database()].vendor == "postgresql":
        return PlaceInDatabase(conf.text("LISTEN_DATABASE") or log_database())
    return PlaceOnDisk(_beside_the_database())


def _beside_the_database() -> Path:
    """Return the file to lock: of the database, which two data directories may name."""
    name = str(connections[log_database()].settings_dict["NAME"])
    # One in memory is nobody else's.
    place = settings.DATA / "memory" if name.startswith((":", "file:")) else Path(name).resolve()
    return place.with_name(f".{place.name}.background.lock")


class PlaceOnDisk:
    """A lock on a file: it ends with its process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def have(self) -> bool:
        """Return whether this process has the place, after trying to take it."""
        if self._file is not None and self._is_still_there(self._file):
            return True
        self.leave()
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def leave(self) -> None:
        """Let another process have it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_still_there(self, file: IO[str]) -> bool:
        # A data directory put back from elsewhere brings another file, which others lock.
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False


class PlaceInDatabase:
    """A session's advisory lock: it ends with its connection, and counts for every machine.

    A pooler that gives each transaction another session would not do: where the site names a
    direct connection for the relay, this takes the same.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._connection: BaseDatabaseWrapper | None = None
        self._taken = False

    def have(self) -> bool:
        """Return whether this process has the place, after trying to take it."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            # Whoever has taken it has it for as long as the connection lasts.
            question = "SELECT 1" if self._taken else f"SELECT pg_try_advisory_lock({LOCK})"
            self._taken = bool(_answer(self._connection, question))
        except Error as error:
            if self._taken:
                logger.warning("the background worker's place is lost: %s", str(error).strip())
            self.leave()
        return self._taken

    def leave(self) -> None:
        """Let another process have it."""
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
