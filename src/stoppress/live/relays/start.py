"""Which relays a hub has: how it hears that another process's commit made the log grow."""

from collections.abc import Callable
from typing import Protocol

from django.db import connections

from stoppress.live import conf
from stoppress.live.database import log_database

from . import layer as layer_relay
from .sqlite import SqliteRelay


class Relay(Protocol):
    """Wakes a hub whenever the log may have grown, and once it has its line, again or anew."""

    def stop(self) -> None:
        """Wake the hub no more."""


def start_relays(wake: Callable[[], None]) -> list[Relay]:
    """Start what tells this process of the others' commits; `wake` is called from any thread.

    A Channels layer where one is configured, else PostgreSQL's LISTEN; SQLite's file always.
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
