"""Tell a stream anew: its log begins again, so that every reader gets a snapshot."""

from django.db import transaction

from stoppress.live.database import log_database
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.relays import hints

from .append import append, limit_lock_waits, lock_streams
from .transaction import atomic
from .trimming import BATCH_EVENTS, trim_stream


def retell_stream(name: str, using: str | None = None) -> None:
    """Move a stream to a cursor that no reader has, with nothing before it.

    Open pages, pages in caches, and readers that come back are sent what the stream holds now. Its
    events are deleted: each shows an item as it was rendered then.

    Raises:
        StreamBusy: another transaction held the stream's lock for too long. Events may have been
            deleted; call it again.
    """
    alias = using or log_database()
    heads = StreamHead.objects.using(alias).filter(name=name)
    # Most events go in short transactions, so that no publisher waits for long.
    while heads.exists() and trim_stream(name, 0, None, alias) == BATCH_EVENTS:
        pass
    with atomic(alias):
        limit_lock_waits(alias)
        head = lock_streams({name: 1}, alias)
        LoggedEvent.objects.using(alias).filter(stream=name).delete()
        append({}, head, alias, anew=[name])
        transaction.on_commit(hints.announce, using=alias, robust=True)
