"""What a publisher on PostgreSQL leaves in its transaction: a NOTIFY, delivered at commit."""

from collections.abc import Sequence

from django.db import connections

from . import layer as layer_relay

CHANNEL = "stoppress_live"

# PostgreSQL refuses a payload of 8000 bytes and more; names of streams are ASCII.
_PAYLOAD_BYTES = 7999


def notify(streams: Sequence[str], using: str) -> None:
    """Have PostgreSQL tell its listeners on commit that streams grew; elsewhere do nothing.

    The names are a hint for whoever looks on; with too many of them it goes without. Where a
    layer tells the other processes there is none: at commit it takes a lock that all of the
    database's notifying transactions share.
    """
    if connections[using].vendor != "postgresql" or layer_relay.configured():
        return
    names = " ".join(streams)
    payload = names if len(names) <= _PAYLOAD_BYTES else ""
    with connections[using].cursor() as database:
        database.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
