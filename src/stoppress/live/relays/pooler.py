"""Find out by experiment whether a connection to PostgreSQL uses a transaction pooler."""

from contextlib import closing

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def is_pooled(alias: str) -> bool:
    """Return whether each transaction on the database `alias` may get another session.

    LISTEN and a session's advisory lock are lost then, without an error. A pooler that gives each
    connection its own session does no harm, and is not reported.
    """
    first, second = (connections.create_connection(alias) for _ in range(2))
    with closing(first), closing(second):
        # 1. A pooler whose sessions take turns gives the next one.
        sessions = {_session(first), _session(first)}
        # 2. One that prefers the session used last gives that of the first connection.
        second.set_autocommit(False)
        held = _session(second)
        if held in sessions:
            return True
        # 3. The second connection keeps its session until its transaction ends.
        sessions.add(_session(first))
        return len(sessions) > 1


def _session(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
