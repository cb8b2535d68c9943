"""Remove the heads of streams that the site no longer has, in small steps."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.db import Error, transaction
from django.db.models import F

from stoppress.live.database import log_database
from stoppress.live.errors import StreamBusy
from stoppress.live.models import Installation, LoggedEvent, StreamHead, random_uid
from stoppress.live.relays import hints
from stoppress.live.relays.notify import notify

from .append import busy_in_words, limit_lock_waits
from .folding import search_by_index
from .transaction import atomic

logger = logging.getLogger("stoppress.live")

# Heads in one step: the site is asked for each whether its stream is gone.
HEADS_A_STEP = 100


class Removed(NamedTuple):
    """One step: the last stream that it checked, and how many heads it removed."""

    stream: str
    heads: int


def remove_gone_heads(
    is_gone: Callable[[str], bool], using: str | None = None
) -> Iterator[Removed]:
    """Remove the heads of streams that the site no longer has, step by step.

    Only heads of streams without events are removed: trimming has to fold a stream first. A stream
    whose lock is not free is left to the next run.

    Args:
        is_gone: returns whether the site no longer has a stream; it may read the database.
    """
    alias = using or log_database()
    after, looked_at = "", HEADS_A_STEP
    while looked_at == HEADS_A_STEP:
        heads = StreamHead.objects.using(alias).filter(name__gt=after).order_by("name")
        rows = list(heads.values_list("name", "head", "floor")[:HEADS_A_STEP])
        looked_at = len(rows)
        gone = [name for name, head, floor in rows if head == floor and _is_gone(name, is_gone)]
        removed = 0
        try:
            removed = remove_heads(gone, alias) if gone else 0
        except StreamBusy:
            logger.warning(
                "the heads of %d streams that are gone stay: the lock is held", len(gone)
            )
        if rows:
            after = rows[-1][0]
            yield Removed(after, removed)


def _is_gone(name: str, is_gone: Callable[[str], bool]) -> bool:
    try:
        return is_gone(name)
    except Error:
        raise  # a database error would hit the next stream too
    except Exception as error:  # whatever the site's function raises
        logger.warning("cannot find out whether the stream %s still exists: %r", name, error)
        return False


def remove_heads(names: Sequence[str], using: str) -> int:
    """Remove the heads of some streams that have no events, in one commit; return how many.

    From now on, streams without a head begin at a position above every removed head, with new
    links. If a removed stream comes back, a reader with an old cursor is before its beginning, and
    gets a snapshot with the reason `trimmed`. The links must change each time, because restoring a
    backup also restores the old first position.

    Raises:
        StreamBusy: another transaction held the lock for too long.
    """
    with atomic(using), busy_in_words(using):
        limit_lock_waits(using)
        search_by_index(using)
        installations = Installation.objects.using(using)
        installation = installations.select_for_update().get()
        # Writers hold heads and wait for others. To prevent a deadlock, nothing waits here.
        locked = StreamHead.objects.using(using).select_for_update(skip_locked=True)
        heads = dict(locked.filter(name__in=names, floor=F("head")).values_list("name", "head"))
        events = LoggedEvent.objects.using(using).filter(stream__in=list(heads))
        for name in events.values_list("stream", flat=True).distinct():
            del heads[name]
        if not heads:
            return 0
        StreamHead.objects.using(using).filter(name__in=list(heads)).delete()
        first = max(installation.first, *heads.values()) + 1
        installations.update(first=first, uid=random_uid())
        notify(sorted(heads), using)
        transaction.on_commit(hints.announce, using=using, robust=True)
    return len(heads)
