"""Limits how long requests and background work wait for a lock of PostgreSQL."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from stoppress.live import conf


def limit_lock_waits() -> None:
    """Limit them on every connection that this process opens from now on.

    Not for commands: a migration may have to wait for longer. (In a transaction pooler it gets the
    limit all the same; docs/operations/several-servers.md says what to do.) On SQLite a connection
    has its own time-out. The setting is sent once the connection is open, since a pooler refuses
    most of those that are sent with the request to open it.
    """
    connection_created.connect(_limit, dispatch_uid="stoppress.site.lock_waits")


def _limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {conf.get('LOCK_SECONDS') * 1000:.0f}")
