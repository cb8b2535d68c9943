"""Transactions, and marks of changes that are published at their end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.database import log_database

from .append import busy_in_words, lock_seconds, stream_busy
from .marks import Mark
from .outbox import Outbox
from .turns import Turns

_turns: dict[str, Turns] = {}  # by the name of the database


@contextmanager
def atomic(using: str | None = None) -> Iterator[None]:
    """Open a transaction of the log's database, as Django's `atomic` does.

        with live.atomic():
            goal.save()
            live.publish("scores", "goal.scored", {"key": "match:1", "order": "1", "home": 1})

    Events are logged at the end of the outermost transaction, whatever code opened it: streams are
    locked as late as possible, in the order of their names. A rollback, also one to a savepoint,
    leaves no event and no gap.

    Args:
        using: the database; the log's own by default.

    Raises:
        StreamBusy: another transaction held a stream's lock for too long.
    """
    alias = using or log_database()
    connection = connections[alias]
    with ExitStack() as open_block:
        if connection.vendor == "sqlite" and not is_open(connection):
            open_block.enter_context(_turn(connection))
        with busy_in_words(alias):
            open_block.enter_context(transaction.atomic(using=alias))
        yield


@contextmanager
def _turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold this process's turn to write into a SQLite database."""
    turns = _turns.setdefault(str(connection.settings_dict["NAME"]), Turns())
    seconds = lock_seconds(connection)
    with ExitStack() as held:
        try:
            held.enter_context(turns.taken(seconds))
        except TimeoutError as error:
            raise stream_busy(seconds) from error
        yield


@contextmanager
def within_a_transaction(using: str) -> Iterator[None]:
    """Open a transaction if none is open.

    In an open transaction it adds no savepoint, so the site handles errors there as usual.
    """
    if is_open(connections[using]):
        yield
        return
    with atomic(using):
        yield


def mark(change: Mark, using: str | None = None) -> None:
    """Mark a change, to be published at the end of the open transaction, or in a new one.

    Args:
        using: the database; the log's own by default.
    """
    alias = using or log_database()
    with within_a_transaction(alias):
        Outbox.of(connections[alias]).add(change)


def is_open(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a transaction is open, or will begin with the next statement."""
    return connection.in_atomic_block or not connection.get_autocommit()
