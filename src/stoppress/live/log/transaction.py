"""Publish: collect events in a transaction, log them at its end, announce them on commit."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from asgiref.local import Local
from django.db import OperationalError, connections, transaction

from stoppress.live.database import log_database
from stoppress.live.errors import UnknownStream
from stoppress.live.protocol.items import check_event, check_key, check_version, encode_item
from stoppress.live.publishing.registry import find
from stoppress.live.relays import hints as relay

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
        relay.announce()


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


def publish(
    stream: str, event: str, item: Mapping[str, object], *, using: str | None = None
) -> None:
    """Put an item into a stream's state, or change it there.

    Args:
        stream: a name that a registered stream answers to, such as `section:world`.
        event: why, for people, logs and webhooks, such as `article.published`.
        item: the whole new state: `{"key", "order", "version"?, …}`, anything that is JSON.

    Raises:
        UnknownStream, InvalidItem, StreamBusy.
    """
    text = encode_item(item)
    version = check_version(item.get("version"))
    key = check_key(item["key"])
    _log(Entry(_known(stream), check_event(event), "put", key, version, text), using)


def remove(
    stream: str, event: str, key: str, *, version: int | None = None, using: str | None = None
) -> None:
    """Take an item out of a stream's state.

    Args:
        version: above every version of the item that the stream was given, if it has versions.
    """
    entry = Entry(
        _known(stream), check_event(event), "remove", check_key(key), check_version(version), ""
    )
    _log(entry, using)


def redact(
    key: str,
    event: str,
    *,
    version: int | None = None,
    shown_in: Iterable[str] = (),
    using: str | None = None,
) -> None:
    """Withdraw an item everywhere: its texts in the log are blanked, its streams told.

    Every stream that the key was ever in gets a `remove` at which each process purges its memory.

    Args:
        shown_in: streams that show the item now; one whose log has been trimmed no longer says so.
    """
    entry = Entry(
        stream=None,
        event=check_event(event),
        op="remove",
        key=check_key(key),
        version=check_version(version),
        item="",
        redacts=True,
        shown_in=tuple(_known(stream) for stream in shown_in),
    )
    _log(entry, using)


def pending_entries(using: str | None = None) -> list[Entry]:
    """Return what the open `atomic()` has collected and not yet logged, in order."""
    alias = using or log_database()
    batch = _open_batches().get(alias)
    queue = (hook[1] for hook in connections[alias].run_on_commit)
    announcements = (hook for hook in queue if isinstance(hook, _Announcement))
    return [a.entry for a in announcements if a.batch is batch]


def _log(entry: Entry, using: str | None) -> None:
    alias = using or log_database()
    batch = _open_batches().get(alias)
    if batch is not None:
        transaction.on_commit(_Announcement(entry, batch), using=alias, robust=True)
    elif connections[alias].in_atomic_block:
        append([entry], alias)
        transaction.on_commit(relay.announce, using=alias, robust=True)
    else:
        with atomic(alias):
            _log(entry, alias)


def _open_batches() -> dict[str, object]:
    if not hasattr(_batches, "by_alias"):
        _batches.by_alias = {}
    batches: dict[str, object] = _batches.by_alias
    return batches


def _known(stream: str) -> str:
    if find(stream) is None:
        raise UnknownStream(f"No registered stream answers to {stream!r}.")
    return stream


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
