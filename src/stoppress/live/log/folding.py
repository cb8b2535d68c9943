"""Fold quiet streams: delete all their events, and keep their heads."""

from collections.abc import Mapping

from django.db import connections, transaction
from django.db.models import F

from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from stoppress.live.relays.notify import notify

from .append import busy_in_words
from .transaction import atomic


def fold_streams(heads: Mapping[str, Cursor], using: str) -> int:
    """Delete all events of quiet streams, in one commit; return how many rows were deleted.

    The log of each stream then begins at its head. A reader at the head continues from there; a
    reader before it gets a snapshot with the reason `trimmed`. The head row stays, so that a later
    event never reuses a position that a reader knows.

    Args:
        heads: the heads of streams that were found quiet. A stream whose head has moved since is
            skipped; on PostgreSQL also a locked one: nothing waits for a lock here, so the streams
            need no order.

    Raises:
        StreamBusy: on SQLite, another transaction held the lock for too long.
    """
    with atomic(using), busy_in_words(using):
        search_by_index(using)
        rows = StreamHead.objects.using(using).filter(name__in=list(heads))
        locked = rows.select_for_update(skip_locked=True)
        quiet = [row.name for row in locked if heads[row.name] == Cursor(row.head, row.link)]
        if not quiet:
            return 0
        gone, _ = LoggedEvent.objects.using(using).filter(stream__in=quiet).delete()
        rows.filter(name__in=quiet).update(floor=F("head"), floor_link=F("link"))
        # Until each process has looked, its memory still serves the events.
        notify(quiet, using)
        transaction.on_commit(hints.announce, using=using, robust=True)
    return gone


def search_by_index(using: str) -> None:
    """Stop PostgreSQL from reading whole tables in the rest of the transaction.

    It would do so for tables of which it has no statistics yet.
    """
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as database:
            database.execute("SET LOCAL enable_seqscan = off")
