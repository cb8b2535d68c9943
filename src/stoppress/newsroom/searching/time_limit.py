"""A time limit for database queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import OperationalError, connections, transaction

# SQLite calls the handler after this many virtual machine steps: about each millisecond.
_STEPS = 10_000
_CANCELED = "57014"


class TooSlow(Exception):
    """The database did not answer in time."""


@contextmanager
def at_most(seconds: float, alias: str) -> Iterator[None]:
    """Cancel each query of the block that takes longer.

    Raises:
        TooSlow: a query took longer.
    """
    connection = connections[alias]
    within = {"sqlite": _on_sqlite, "postgresql": _on_postgres}.get(connection.vendor)
    if within is None:
        yield
        return
    try:
        # The savepoint keeps the rest of a transaction usable.
        with transaction.atomic(alias), within(connection, seconds):
            yield
    except OperationalError as error:
        if not _is_of_time(error):
            raise
        raise TooSlow from error


def _is_of_time(error: OperationalError) -> bool:
    return str(error) == "interrupted" or getattr(error.__cause__, "sqlstate", "") == _CANCELED


@contextmanager
def _on_sqlite(connection: Any, seconds: float) -> Iterator[None]:
    end = monotonic() + seconds
    connection.connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


@contextmanager
def _on_postgres(connection: Any, seconds: float) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        [before] = cursor.fetchone()
        set_to = "SELECT set_config('statement_timeout', %s, true)"
        cursor.execute(set_to, [str(round(seconds * 1000))])
        yield
        cursor.execute(set_to, [before])
