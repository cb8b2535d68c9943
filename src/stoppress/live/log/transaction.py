"""Collect events in a transaction, log them at its end, announce them on commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.db import OperationalError, connections, transaction

from stoppress.live.database import log_database
from stoppress.live.relays import hints

from .append import Entry, append, stream_busy

# Alias of each database whose transaction of this thread collects, with its batch.
_batches = Local(thread_critical=True)


class _Announcement:
    """An entry in Django's own on-commit queue, where a savepoint's rollback takes it out again."""

    def __init__(self, entry: Entry, batch: object) -> None:
        self.entry = entry
        self.batch = batch
        # Django's log names a failed callback by this, which only functions have.
        self.__qualname__ = "announce"

    def __call__(self) -> None:
        hints.announce()


@contextmanager
def atomic(using: str | None = None) -> Iterator[None]:
    """Open a transaction that knows about streams: its events are logged at its outermost end.

    Streams are locked as late as can be, in the order of their names. A rollback, of an `atomic()`
    within it too, leaves no event and no hole. Django keeps no account of savepoints that are
    made by hand (`transaction.savepoint`): rolling back to one does not take its events out.

    Args:
        using: the database; the log's own by default.

    Raises:
        StreamBusy: another transaction held the lock for too long.
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
        # Where the caller has marked the transaction to be rolled back, nothing is written.
        if entries and not connections[alias].needs_rollback:
            append(entries, alias)
    except BaseException as error:
        del open_batches[alias]
        outermost.__exit__(type(error), error, error.__traceback__)
        raise
    del open_batches[alias]
    outermost.__exit__(None, None, None)


def log_entry(entry: Entry, using: str | None = None) -> None:
    """Log an event at the end of the open transaction, or in one of its own.

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
    """Return what the open `atomic()` has collected and not yet logged, in order."""
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
