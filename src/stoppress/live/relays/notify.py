"""A publisher's NOTIFY on PostgreSQL: part of its transaction, delivered at commit."""

from collections.abc import Sequence

from django.db import connections

from . import layer as layer_relay

CHANNEL = "stoppress_live"

# PostgreSQL refuses payloads of 8000 bytes or more; stream names are ASCII.
_PAYLOAD_BYTES = 7999


def notify(streams: Sequence[str], using: str) -> None:
    """Have PostgreSQL notify its listeners at commit that streams grew; elsewhere do nothing.

    The payload has the streams' names, for people who watch the channel; if they are too long, it
    is empty. Nothing is sent if a layer notifies the other processes: at commit a NOTIFY takes a
    lock that all notifying transactions of the database share.
    """
    if connections[using].vendor != "postgresql" or layer_relay.configured():
        return
    names = " ".join(streams)
    payload = names if len(names) <= _PAYLOAD_BYTES else ""
    with connections[using].cursor() as database:
        database.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
