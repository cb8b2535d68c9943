"""The SQLite relay: notices commits of other processes by `PRAGMA data_version`."""

import sqlite3
import threading
import time
from collections.abc import Callable

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from stoppress.live import conf
from stoppress.live.readers import existing_file, file_identity
from stoppress.live.writing import log_database

from .line import Line

# Seconds without a commit after which the looks are this many times as far apart.
QUIET_SECONDS, SELDOM = 10.0, 4


class SqliteRelay(threading.Thread):
    """Polls `data_version` on a connection of its own; it changes when another one commits.

    A call takes about 2 µs, and waking up for it some 90: a look each 10 ms is 1 % of a core. Ever
    so often the file itself is looked at: where a backup was put in its place, the connection to
    the old one would never notice anything again.
    """

    def __init__(self, alias: str, wake: Callable[[], None]) -> None:
        super().__init__(name="stoppress-relay", daemon=True)
        self._alias = alias
        self._path = str(connections[alias].settings_dict["NAME"])
        self._wake = wake
        self._line = Line("sqlite", f"the file {self._path}")
        self._ended = threading.Event()

    @classmethod
    def for_log(cls, wake: Callable[[], None]) -> "SqliteRelay | None":
        """Return a started relay where the log is in a SQLite file, else None."""
        alias = log_database()
        connection = connections[alias]
        if not isinstance(connection, DatabaseWrapper) or connection.is_in_memory_db():
            return None
        relay = cls(alias, wake)
        relay.start()
        return relay

    def stop(self) -> None:
        """End the thread; returns when it has ended."""
        self._ended.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                self._watch_one_file()
            except (sqlite3.Error, FileNotFoundError) as error:
                self._ended.wait(self._line.lost(error))
        self._line.ended()

    def _watch_one_file(self) -> None:
        """Watch until the file is replaced; the hub is woken first, for what came before."""
        identity = file_identity(self._alias)
        if identity is None:
            raise FileNotFoundError("the file is not there")
        database = sqlite3.connect(existing_file(self._path), uri=True, timeout=1)
        try:
            [seen] = database.execute("PRAGMA data_version").fetchone()
            self._line.up()
            self._wake()
            self._poll(database, identity, seen)
        finally:
            database.close()

    def _poll(self, database: sqlite3.Connection, identity: tuple[int, int], seen: int) -> None:
        often, safety_poll = conf.get("RELAY_POLL"), conf.get("SAFETY_POLL")
        changed_at = checked_at = time.monotonic()
        while True:
            now = time.monotonic()
            [version] = database.execute("PRAGMA data_version").fetchone()
            if version != seen:
                changed_at = now
                self._wake()
            seen = version
            # Waking a hundred times a second takes a hundredth of a core, whatever it is for.
            quiet = now - changed_at > QUIET_SECONDS
            if self._ended.wait(often * SELDOM if quiet else often):
                return
            if now - checked_at >= safety_poll:
                checked_at = now
                if file_identity(self._alias) != identity:
                    return
