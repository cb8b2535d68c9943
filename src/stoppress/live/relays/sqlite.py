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

from .health import RelayHealth
from .notices import Notices
from .pace import Pace


class SqliteRelay(threading.Thread):
    """Polls `data_version` on its own connection; it changes when another connection commits.

    A poll takes about 2 µs, but waking up for it about 90: one poll each 10 ms is 1 % of a core. So
    it polls after the kernel's notices of writes, where there are any. At longer intervals it
    checks the file itself: if a backup has replaced it, a connection to the old file would never
    notice another commit.
    """

    def __init__(self, alias: str, wake: Callable[[], None]) -> None:
        super().__init__(name="stoppress-relay", daemon=True)
        self._alias = alias
        self._path = str(connections[alias].settings_dict["NAME"])
        self._wake = wake
        self._health = RelayHealth("sqlite", f"the file {self._path}")
        self._ended = threading.Event()
        # Closing the other end wakes the thread.
        self._bell, self._rope = socket.socketpair()

    @classmethod
    def for_log(cls, wake: Callable[[], None]) -> "SqliteRelay | None":
        """Return a started relay if the log is in a SQLite file, else None."""
        alias = log_database()
        connection = connections[alias]
        if not isinstance(connection, DatabaseWrapper) or connection.is_in_memory_db():
            return None
        relay = cls(alias, wake)
        relay.start()
        return relay

    def stop(self) -> None:
        """End the thread; returns once it has ended."""
        self._ended.set()
        with suppress(OSError):  # it is closed already
            self._rope.shutdown(socket.SHUT_RDWR)  # also for a forked child, which holds a copy
        self._rope.close()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._watch_one_file()
                except (sqlite3.Error, OSError) as error:
                    self._ended.wait(self._health.lost(error))
        finally:
            self._bell.close()
            self._health.ended()

    def _watch_one_file(self) -> None:
        """Watch until the file is replaced; first wake the hub for earlier events."""
        identity = file_identity(self._alias)
        if identity is None:
            raise FileNotFoundError("the file does not exist")
        opened = sqlite3.connect(existing_file(self._path), uri=True, timeout=1)
        with closing(opened) as database:
            [seen] = database.execute("PRAGMA data_version").fetchone()
            self._health.up()
            self._wake()
            # The -wal file exists only now that the database is open.
            path = os.path.realpath(self._path)
            with closing(Notices((path, f"{path}-wal"), self._bell)) as notices:
                self._poll(database, identity, seen, notices)

    def _poll(
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
            pace.polled(version != seen, told, now)
            if version != seen:
                self._wake()
            seen = version
            if now - checked_at >= safety_poll:
                checked_at = now
                if file_identity(self._alias) != identity:
                    return
