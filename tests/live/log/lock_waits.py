"""Locks of PostgreSQL's: hold one, and see that another waits for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

from stoppress.live.models import StreamHead
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


@contextmanager
def stream_locked(name: str) -> Iterator[None]:
    """Have another transaction hold a stream's lock while the block runs."""
    holds, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            StreamHead.objects.select_for_update().get(name=name)
            holds.set()
            release.wait(PATIENCE)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert holds.wait(PATIENCE)
        yield
    finally:
        release.set()
        thread.join()
