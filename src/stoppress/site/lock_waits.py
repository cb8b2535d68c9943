"""Limits how long requests and background work wait for a lock of PostgreSQL."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from stoppress.live import conf


def limit_lock_waits() -> None:
    """Limit lock waits on every connection that this process opens from now on.

    Commands do not call this, because a migration may have to wait longer. (Through a transaction
    pooler a migration gets the limit all the same; see docs/operations/several-servers.md.) On
    SQLite a connection has its own timeout. The setting is sent after the connection is open, since
    a pooler refuses most settings in the request to open it.
    """
    connection_created.connect(_limit, dispatch_uid="stoppress.site.lock_waits")


def _limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {conf.get('LOCK_SECONDS') * 1000:.0f}")
