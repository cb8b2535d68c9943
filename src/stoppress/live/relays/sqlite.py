"""The SQLite relay: notices commits of other processes by `PRAGMA data_version`."""

import sqlite3
import threading
from collections.abc import Callable

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from stoppress.live import conf
from stoppress.live.readers import existing_file, file_identity
from stoppress.live.writing import log_database

from .line import Line


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
        interval = conf.get("RELAY_POLL")
        looks_a_second = max(1, round(conf.get("SAFETY_POLL") / interval))
        while True:
            for _ in range(looks_a_second):
                [version] = database.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    self._wake()
                seen = version
                if self._ended.wait(interval):
                    return
            if file_identity(self._alias) != identity:
                return
