"""Wipe withdrawn text from SQLite's files: overwrite it with zeros, and empty the -wal."""

import atexit
import logging
import sqlite3
import threading
import time
from contextlib import closing
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from stoppress.live.database import log_database

logger = logging.getLogger("stoppress.live")

# Seconds between two tries: at first as long as a short read takes.
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
# Seconds after which a connection that still reads is logged; the next request tries again.
PATIENCE_SECONDS = 600.0
# Seconds that a command waits at its end for a pending wipe.
EXIT_SECONDS = 2.0

_lock = threading.Lock()
_wipers: dict[str, "_Wiper"] = {}


def write_zeros(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Make SQLite overwrite deleted data; many builds only mark it as free.

    A receiver of Django's `connection_created`, so that it applies to every connection that writes.
    """
    if connection.vendor == "sqlite" and connection.alias == log_database():
        # Not with a cursor of Django's: this is no query of the site.
        connection.connection.execute("PRAGMA secure_delete=ON")


def wipe_soon(alias: str) -> None:
    """Empty the -wal of a SQLite log as soon as no reader needs it; never waits or fails.

    The -wal keeps old versions of pages until new ones overwrite them. Call this after the commit
    that removes the text; any thread may call it.
    """
    connection = connections[alias]
    if not isinstance(connection, DatabaseWrapper) or connection.is_in_memory_db():
        return
    path = str(connection.settings_dict["NAME"])
    try:
        with _lock:
            wiper = _wipers.get(path)
            # A forked child has none of its parent's threads.
            if wiper is not None and wiper.is_alive():
                wiper.asked += 1
            else:
                _wipers[path] = wiper = _Wiper(path)
                wiper.start()
    except RuntimeError as error:  # no thread can start: too many, or the process is about to end
        logger.warning("withdrawn text may remain in %s-wal for a while: %s", path, error)


class _Wiper(threading.Thread):
    """Tries until the -wal is empty, then ends; each new request restarts its patience."""

    def __init__(self, path: str) -> None:
        super().__init__(name="stoppress-wipe", daemon=True)
        self.asked = 1
        self._path = path

    def run(self) -> None:
        asked, pause, end = 0, FIRST_PAUSE, 0.0
        while True:
            if asked != self.asked:
                asked, pause, end = self.asked, FIRST_PAUSE, time.monotonic() + PATIENCE_SECONDS
            why = empty_wal(self._path)
            late = time.monotonic() > end
            with _lock:
                if asked == self.asked and (why is None or late):
                    del _wipers[self._path]  # the next request starts another wiper
                    break
            if why is not None:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        if why is not None:
            logger.warning(
                "withdrawn text may still be in %s-wal after %g s (%s): "
                "end the connection that reads for so long",
                self._path,
                PATIENCE_SECONDS,
                why,
            )


def empty_wal(path: str) -> str | None:
    """Move a -wal into its database and truncate it; return why that failed, or None.

    It does not wait for other connections. It holds the lock for a few milliseconds, then
    publishers go on.
    """
    try:
        # Only an existing file: it may be missing while another replaces it.
        name = path if path.startswith("file:") else f"file:{quote(path)}?mode=rw"
        opened = sqlite3.connect(name, uri=True, timeout=0, isolation_level=None)
        with closing(opened) as database:
            [busy, _, _] = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "another connection reads or writes" if busy else None


@atexit.register
def _finish() -> None:
    """Give a command that ends right after its commit time to wipe."""
    end = time.monotonic() + EXIT_SECONDS
    for wiper in list(_wipers.values()):
        if wiper.is_alive():
            wiper.join(max(0.0, end - time.monotonic()))
