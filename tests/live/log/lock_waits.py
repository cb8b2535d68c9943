"""Who waits for a lock of PostgreSQL's."""

import time

from django.db import connection

from tests.live.reader import PATIENCE


def one_waits_for_a_lock() -> None:
    """Return once one transaction of the test's database waits for another's lock."""
    deadline = time.monotonic() + PATIENCE
    waiting = 0
    with connection.cursor() as cursor:
        while waiting != 1:
            assert time.monotonic() < deadline
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            [waiting] = cursor.fetchone()
