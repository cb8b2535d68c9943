"""The PostgreSQL relay: hears commits of other processes by LISTEN on a connection of its own."""

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .health import Line
from .notify import CHANNEL

try:
    import psycopg
except ModuleNotFoundError as error:
    raise ImportError(
        'stoppress.live on PostgreSQL needs psycopg 3: pip install "stop-press[postgres]"'
    ) from error

# A line that died without a word is noticed within some ten seconds.
_CONNECT_OPTIONS: dict[str, object] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "stoppress relay",
}
_JOIN_SECONDS = 1.0


class PostgresRelay(threading.Thread):
    """Holds one direct connection that LISTENs, and makes a new one whenever it is lost."""

    def __init__(self, alias: str, wake: Callable[[], None]) -> None:
        """Listen by the database `alias`: a pooler of transactions would lose the LISTEN."""
        super().__init__(name="stoppress-listen", daemon=True)
        self._alias = alias
        self._wake = wake
        self._line = Line("postgres", f"PostgreSQL's LISTEN on the database {alias!r}")
        self._ended = threading.Event()
        # The thread waits for the database and for this at once; closing the far end rings it.
        self._bell, self._rope = socket.socketpair()

    def stop(self) -> None:
        """End the thread; returns when it has ended, or soon, where no server answers."""
        self._ended.set()
        self._rope.close()
        if self.is_alive():
            self.join(_JOIN_SECONDS)

    def run(self) -> None:
        with self._bell:
            while not self._ended.is_set():
                try:
                    self._hold_one_line()
                except Exception as error:  # driver, name server, settings: all may be well again
                    self._ended.wait(self._line.lost(error))
        self._line.ended()

    def _hold_one_line(self) -> None:
        """Listen until the connection is lost; the hub is woken first, for what came before."""
        with (
            closing(psycopg.connect(**self._parameters())) as connection,
            selectors.DefaultSelector() as selector,  # select() itself ends at 1024 files
        ):
            connection.execute(f"LISTEN {CHANNEL}".encode())
            self._line.up()
            self._wake()
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not self._ended.is_set():
                # What came along with the answer to LISTEN is no longer in the socket.
                if list(connection.notifies(timeout=0)):
                    self._wake()
                selector.select()

    def _parameters(self) -> dict[str, Any]:
        wrapper: BaseDatabaseWrapper = connections.create_connection(self._alias)
        return {**_CONNECT_OPTIONS, **wrapper.get_connection_params(), "autocommit": True}
