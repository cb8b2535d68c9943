"""Starts a hub's relays, which report other processes' commits."""

from collections.abc import Callable
from typing import Protocol

from django.db import connections

from stoppress.live import conf
from stoppress.live.database import log_database

from . import layer as layer_relay
from .sqlite import SqliteRelay


class Relay(Protocol):
    """Wakes a hub when the log may have grown, and each time that it has connected."""

    def stop(self) -> None:
        """Stop waking the hub."""


def start_relays(wake: Callable[[], None]) -> list[Relay]:
    """Start the relays of a hub; they call `wake` from any thread.

    - a Channels layer where one is configured, otherwise PostgreSQL's LISTEN
    - for a log in a SQLite file, always also the file
    """
    relays: list[Relay] = []
    if layer_relay.configured():
        relays.append(layer_relay.LayerRelay(wake))
    elif connections[log_database()].vendor == "postgresql":
        relays.append(_listen_to_postgres(wake))
    on_file = SqliteRelay.for_log(wake)
    if on_file is not None:
        relays.append(on_file)
    return relays


def _listen_to_postgres(wake: Callable[[], None]) -> Relay:
    # It needs psycopg, which is there only on PostgreSQL.
    from .postgres import PostgresRelay

    relay = PostgresRelay(conf.text("LISTEN_DATABASE") or log_database(), wake)
    relay.start()
    return relay
