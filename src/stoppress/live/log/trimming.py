"""Trim the log: delete each stream's oldest events and move its floor, in one commit."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import F, OuterRef, Subquery

from stoppress.live import conf
from stoppress.live.database import log_database
from stoppress.live.errors import StreamBusy
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from stoppress.live.relays.notify import notify

from .append import busy_in_words, limit_lock_waits, move_floor
from .transaction import atomic

logger = logging.getLogger("stoppress.live")

# Rows in one transaction: some milliseconds, for which the stream's publishers wait.
BATCH_EVENTS = 500
# After each transaction a pause as long as it took: SQLite's writers do not queue, they retry.
_REST_AT_MOST = 0.1  # seconds
_CENTURY_HOURS = 24 * 365 * 100


def trim_streams(
    now: datetime,
    *,
    keep_events: int | None = None,
    keep_hours: float | None = None,
    within: float | None = None,
    using: str | None = None,
    progress: Callable[[str, int], None] | None = None,
    left: Callable[[str], None] | None = None,
) -> int:
    """Delete the oldest events of every stream, beyond what is kept; return how many.

    A reader that resumes from a deleted cursor gets a snapshot, with the reason `trimmed`. Every
    process is woken, as for new events. A stream whose lock is not free in time is left to the next
    call.

    Args:
        keep_events: how many of the newest events each stream keeps; KEEP_EVENTS by default.
        keep_hours: age in hours below which events are kept; KEEP_HOURS by default, 0 for no such
            rule. An event is kept if either rule keeps it.
        within: seconds after which the rest is left to the next call.
        progress: called after each transaction with the stream and the number of deleted events.
        left: called with each stream that is left to the next call because its lock is held.
    """
    alias = using or log_database()
    keep = conf.whole("KEEP_EVENTS") if keep_events is None else keep_events
    hours = conf.get("KEEP_HOURS") if keep_hours is None else keep_hours
    oldest = now - timedelta(hours=min(hours, _CENTURY_HOURS)) if hours else None
    end = time.monotonic() + within if within is not None else float("inf")
    trimmed = 0
    names = _streams_to_trim(keep, oldest, alias)
    for number, name in enumerate(names):
        gone = BATCH_EVENTS
        while gone == BATCH_EVENTS:
            if time.monotonic() > end:
                return trimmed
            began = time.monotonic()
            try:
                gone = trim_stream(name, keep, oldest, alias)
            except StreamBusy:
                logger.warning(
                    "stream %s was not trimmed: another transaction holds its lock", name
                )
                one_lock = connections[alias].vendor == "sqlite"  # one lock for all streams
                for busy in names[number:] if one_lock else [name]:
                    if left:
                        left(busy)
                if one_lock:
                    return trimmed
                break
            trimmed += gone
            if progress and gone:
                progress(name, gone)
            time.sleep(min(time.monotonic() - began, _REST_AT_MOST))
    return trimmed


def _streams_to_trim(keep: int, oldest: datetime | None, using: str) -> list[str]:
    """Return the streams whose oldest event can be deleted; one query for all."""
    first = LoggedEvent.objects.using(using).filter(stream=OuterRef("name")).order_by("position")
    streams = StreamHead.objects.using(using).filter(head__gt=keep)
    streams = streams.annotate(first=Subquery(first.values("position")[:1]))
    streams = streams.filter(first__lte=F("head") - keep)
    if oldest is not None:
        streams = streams.annotate(since=Subquery(first.values("time")[:1]))
        streams = streams.filter(since__lt=oldest)
    return list(streams.order_by("name").values_list("name", flat=True))


def trim_stream(name: str, keep: int, oldest: datetime | None, using: str) -> int:
    """Delete up to BATCH_EVENTS of a stream's oldest events; return how many.

    Events that no reader is sent, since they lie before the floor, count as the others.
    """
    with atomic(using), busy_in_words(using):
        limit_lock_waits(using)
        heads = StreamHead.objects.using(using).filter(name=name)
        # Publishers lock this row too: nothing is added or deleted meanwhile.
        head = heads.select_for_update().get()
        events = LoggedEvent.objects.using(using).filter(stream=name)
        old = events.filter(position__lte=head.head - keep)
        rows = old.order_by("position").values_list("position", "link", "time")[:BATCH_EVENTS]
        floor, gone = None, 0
        for position, link, at in rows:
            if oldest is not None and at >= oldest:
                break
            floor, gone = Cursor(position, link), gone + 1
        if floor is not None:
            events.filter(position__lte=floor.position).delete()
        if floor is not None and floor.position > head.floor:
            move_floor(name, floor, using)
            # Until each process has looked, its memory still serves the trimmed events.
            notify([name], using)
            transaction.on_commit(hints.announce, using=using, robust=True)
    return gone
