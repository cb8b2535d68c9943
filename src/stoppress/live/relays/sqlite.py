"""The SQLite relay: notices commits of other processes by `PRAGMA data_version`."""

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from stoppress.live import conf
from stoppress.live.database import existing_file, file_identity, log_database

from .health import Line
from .notices import Notices
from .pace import Pace


class SqliteRelay(threading.Thread):
    """Looks at `data_version` on a connection of its own; it changes when another one commits.

    A look takes about 2 µs, and waking up for it some 90: one each 10 ms is 1 % of a core. So it
    looks when the kernel says that the file was written to, where it says so. Ever so often the
    file itself is looked at: where a backup was put in its place, the connection to the old one
    would never notice anything again.
    """

    def __init__(self, alias: str, wake: Callable[[], None]) -> None:
        super().__init__(name="stoppress-relay", daemon=True)
        self._alias = alias
        self._path = str(connections[alias].settings_dict["NAME"])
        self._wake = wake
        self._line = Line("sqlite", f"the file {self._path}")
        self._ended = threading.Event()
        # Closing the far end rings it.
        self._bell, self._rope = socket.socketpair()

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
        with suppress(OSError):  # it has been closed already
            self._rope.shutdown(socket.SHUT_RDWR)  # for a child, too, which holds a copy
        self._rope.close()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._watch_one_file()
                except (sqlite3.Error, OSError) as error:
                    self._ended.wait(self._line.lost(error))
        finally:
            self._bell.close()
            self._line.ended()

    def _watch_one_file(self) -> None:
        """Watch until the file is replaced; the hub is woken first, for what came before."""
        identity = file_identity(self._alias)
        if identity is None:
            raise FileNotFoundError("the file is not there")
        opened = sqlite3.connect(existing_file(self._path), uri=True, timeout=1)
        with closing(opened) as database:
            [seen] = database.execute("PRAGMA data_version").fetchone()
            self._line.up()
            self._wake()
            # Only now, with the file open, is its log there.
            path = os.path.realpath(self._path)
            with closing(Notices((path, f"{path}-wal"), self._bell)) as notices:
                self._look(database, identity, seen, notices)

    def _look(
        self,
        database: sqlite3.Connection,
        identity: tuple[int, int],
        seen: int,
        notices: Notices,
    ) -> None:
        safety_poll, checked_at = conf.get("SAFETY_POLL"), time.monotonic()
        pace = Pace(conf.get("RELAY_POLL"), safety_poll, checked_at)
        while not self._ended.wait(pace.deaf):
            if pace.rest and notices.wait(pace.rest):
                pace.noticed(time.monotonic())
                continue
            told, now = notices.take(), time.monotonic()
            [version] = database.execute("PRAGMA data_version").fetchone()
            pace.looked(version != seen, told, now)
            if version != seen:
                self._wake()
            seen = version
            if now - checked_at >= safety_poll:
                checked_at = now
                if file_identity(self._alias) != identity:
                    return
