"""Collect a transaction's events, log them at its end, and announce them on commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.db import OperationalError, connections, transaction

from stoppress.live.database import log_database
from stoppress.live.relays import hints

from .append import Entry, append, stream_busy

# For each database alias with an open `atomic()` of this thread: its batch.
_batches = Local(thread_critical=True)


class _Announcement:
    """An entry in Django's on-commit queue.

    A rollback to a savepoint removes it from the queue.
    """

    def __init__(self, entry: Entry, batch: object) -> None:
        self.entry = entry
        self.batch = batch
        # Django's log needs this name for a failed callback, and only functions have one.
        self.__qualname__ = "announce"

    def __call__(self) -> None:
        hints.announce()


@contextmanager
def atomic(using: str | None = None) -> Iterator[None]:
    """Open a transaction that collects events; they are logged when the outermost `atomic()` ends.

    Streams are locked as late as possible, in the order of their names. A rollback leaves no event
    and no gap, also a rollback of an inner `atomic()`. Django does not track savepoints that are
    made by hand (`transaction.savepoint`): rolling back to one does not remove its events.

    Args:
        using: the database; the log's own by default.

    Raises:
        StreamBusy: another transaction held a stream's lock for too long.
    """
    alias = using or log_database()
    open_batches: dict[str, object] = _open_batches()
    if alias in open_batches:
        with transaction.atomic(using=alias):
            yield
        return
    with _say_busy(alias):
        outermost = transaction.atomic(using=alias)
        outermost.__enter__()
    open_batches[alias] = object()
    try:
        yield
        entries = pending_entries(alias)
        # If the caller marked the transaction for rollback, nothing is written.
        if entries and not connections[alias].needs_rollback:
            append(entries, alias)
    except BaseException as error:
        del open_batches[alias]
        outermost.__exit__(type(error), error, error.__traceback__)
        raise
    del open_batches[alias]
    outermost.__exit__(None, None, None)


def log_entry(entry: Entry, using: str | None = None) -> None:
    """Log an event at the end of the open `atomic()`; without one, in a transaction of its own.

    Inside a plain Django transaction the event is written at once.

    Args:
        using: the database; the log's own by default.
    """
    alias = using or log_database()
    batch = _open_batches().get(alias)
    if batch is not None:
        transaction.on_commit(_Announcement(entry, batch), using=alias, robust=True)
    elif connections[alias].in_atomic_block:
        append([entry], alias)
        transaction.on_commit(hints.announce, using=alias, robust=True)
    else:
        with atomic(alias):
            log_entry(entry, alias)


def pending_entries(using: str | None = None) -> list[Entry]:
    """Return what the open `atomic()` has collected and not logged yet, in order."""
    alias = using or log_database()
    batch = _open_batches().get(alias)
    queue = (hook[1] for hook in connections[alias].run_on_commit)
    announcements = (hook for hook in queue if isinstance(hook, _Announcement))
    return [a.entry for a in announcements if a.batch is batch]


def _open_batches() -> dict[str, object]:
    if not hasattr(_batches, "by_alias"):
        _batches.by_alias = {}
    batches: dict[str, object] = _batches.by_alias
    return batches


@contextmanager
def _say_busy(alias: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        connection = connections[alias]
        if connection.vendor == "sqlite" and "locked" in str(error):
            options = connection.settings_dict.get("OPTIONS", {})
            raise stream_busy(options.get("timeout", 5)) from error
        raise
