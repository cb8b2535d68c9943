"""The PostgreSQL relay: receives notice of other processes' commits by LISTEN."""

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .health import RelayHealth
from .notify import CHANNEL

try:
    import psycopg
except ModuleNotFoundError as error:
    raise ImportError(
        'stoppress.live on PostgreSQL needs psycopg 3: pip install "stop-press[postgres]"'
    ) from error

# A connection that died silently is noticed within about ten seconds.
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
    """Holds one direct connection that LISTENs, and reconnects whenever it is lost."""

    def __init__(self, alias: str, wake: Callable[[], None]) -> None:
        """Listen on the database `alias`.

        It must be a direct connection: a transaction pooler loses the LISTEN.
        """
        super().__init__(name="stoppress-listen", daemon=True)
        self._alias = alias
        self._wake = wake
        self._health = RelayHealth("postgres", f"PostgreSQL's LISTEN on the database {alias!r}")
        self._ended = threading.Event()
        # The thread waits for the database and this socket at once; closing the other end wakes it.
        self._bell, self._rope = socket.socketpair()

    def stop(self) -> None:
        """End the thread; returns once it has ended, or after a second if no server answers."""
        self._ended.set()
        self._rope.close()
        if self.is_alive():
            self.join(_JOIN_SECONDS)

    def run(self) -> None:
        with self._bell:
            while not self._ended.is_set():
                try:
                    self._hold_one_connection()
                except Exception as error:  # driver, name server, settings: any of them may recover
                    self._ended.wait(self._health.lost(error))
        self._health.ended()

    def _hold_one_connection(self) -> None:
        """Listen until the connection is lost; first wake the hub for earlier events."""
        with (
            closing(psycopg.connect(**self._parameters())) as connection,
            selectors.DefaultSelector() as selector,  # select() itself ends at 1024 files
        ):
            connection.execute(f"LISTEN {CHANNEL}".encode())
            self._health.up()
            if not self._ended.is_set():  # it may have been stopped while it connected
                self._wake()
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not self._ended.is_set():
                # A notification that came with the answer to LISTEN is no longer in the socket.
                if list(connection.notifies(timeout=0)):
                    self._wake()
                selector.select()

    def _parameters(self) -> dict[str, Any]:
        wrapper: BaseDatabaseWrapper = connections.create_connection(self._alias)
        return {**_CONNECT_OPTIONS, **wrapper.get_connection_params(), "autocommit": True}
