"""Trim the log: delete each stream's oldest events and move its floor, in one commit.

It works in small steps: none holds a stream's lock for longer than some milliseconds.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import connections, transaction

from stoppress.live import conf
from stoppress.live.database import log_database
from stoppress.live.errors import StreamBusy
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from stoppress.live.relays.notify import notify

from .append import busy_in_words, limit_lock_waits, move_floor
from .extents import Extent, walk
from .folding import fold_streams
from .transaction import atomic

logger = logging.getLogger("stoppress.live")

# Rows in one transaction: some milliseconds, for which the stream's publishers wait.
BATCH_EVENTS = 500
# After each transaction a pause as long as it took: SQLite's writers do not queue, they retry.
_REST_AT_MOST = 0.1  # seconds
_CENTURY_HOURS = 24 * 365 * 100


class Step(NamedTuple):
    """One step of a trim.

    Attributes:
        stream: the last stream that it checked.
        gone: how many events it deleted.
        left: streams that are left to the next trim because their lock is held.
    """

    stream: str
    gone: int
    left: Sequence[str] = ()


@dataclass(frozen=True)
class _Kept:
    """The events that a trim keeps: the newest `events` of each stream, and those since `oldest`.

    If a stream's last event is before `quiet`, it keeps none of them.
    """

    events: int
    oldest: datetime | None
    quiet: datetime | None

    def is_quiet(self, extent: Extent) -> bool:
        return self.quiet is not None and extent.last_time < self.quiet

    def is_long(self, extent: Extent) -> bool:
        old = self.oldest is None or extent.first_time < self.oldest
        return old and extent.first <= extent.head.position - self.events


@dataclass(frozen=True)
class _Work:
    """A transaction that trims some streams and returns how many events it deleted.

    Attributes:
        in_parts: it is repeated as long as it deletes BATCH_EVENTS.
    """

    streams: Sequence[str]
    trim: Callable[[], int]
    in_parts: bool


def trim_streams(
    now: datetime,
    *,
    keep_events: int | None = None,
    keep_hours: float | None = None,
    keep_quiet_days: float | None = None,
    using: str | None = None,
    progress: Callable[[str, int], None] | None = None,
    left: Callable[[str], None] | None = None,
) -> int:
    """Trim all streams; return how many events were deleted.

    Args:
        keep_events, keep_hours, keep_quiet_days: as for `trim_steps`.
        progress: called after each transaction with the stream and the number of deleted events.
        left: called with each stream that is left to the next call because its lock is held.
    """
    trimmed = 0
    for step in trim_steps(
        now,
        keep_events=keep_events,
        keep_hours=keep_hours,
        keep_quiet_days=keep_quiet_days,
        using=using,
    ):
        trimmed += step.gone
        if progress and step.gone:
            progress(step.stream, step.gone)
        for busy in step.left:
            if left:
                left(busy)
    return trimmed


def trim_steps(
    now: datetime,
    *,
    keep_events: int | None = None,
    keep_hours: float | None = None,
    keep_quiet_days: float | None = None,
    using: str | None = None,
) -> Iterator[Step]:
    """Delete the oldest events of every stream, beyond what is kept, step by step.

    Each step is one transaction, or a check of some hundred streams. If the caller stops between
    two steps, or is killed, the log is intact; the next trim does the rest.

    A reader that resumes from a deleted cursor gets a snapshot, with the reason `trimmed`. Every
    process is woken, as for new events. A stream whose lock is not free in time is left to the next
    trim.

    Args:
        keep_events: how many of the newest events each stream keeps; KEEP_EVENTS by default.
        keep_hours: age in hours below which events are kept; KEEP_HOURS by default, 0 for no such
            rule. An event is kept if either rule keeps it.
        keep_quiet_days: days without an event after which a stream keeps none, whatever
            `keep_events` is, but never before `keep_hours`; KEEP_QUIET_DAYS by default, 0 for no
            such rule.
    """
    alias = using or log_database()
    kept = _kept(now, keep_events, keep_hours, keep_quiet_days)
    one_lock = connections[alias].vendor == "sqlite"  # one lock for all streams
    for extents in walk(alias):
        works = _works(extents, kept, alias)
        for number, work in enumerate(works):
            gone = BATCH_EVENTS
            while gone == BATCH_EVENTS:
                began = time.monotonic()
                try:
                    gone = work.trim()
                except StreamBusy:
                    yield _left(works[number:] if one_lock else [work])
                    if one_lock:
                        return
                    break
                took = time.monotonic() - began
                yield Step(work.streams[-1], gone)
                time.sleep(min(took, _REST_AT_MOST))
                if not work.in_parts:
                    break
        if extents:
            yield Step(extents[-1].stream, 0)


def _kept(
    now: datetime, events: int | None, hours: float | None, quiet_days: float | None
) -> _Kept:
    events = conf.whole("KEEP_EVENTS") if events is None else events
    hours = conf.get("KEEP_HOURS") if hours is None else hours
    quiet_days = conf.get("KEEP_QUIET_DAYS") if quiet_days is None else quiet_days
    return _Kept(
        events,
        _before(now, hours) if hours else None,
        _before(now, max(24 * quiet_days, hours)) if quiet_days else None,
    )


def _before(now: datetime, hours: float) -> datetime:
    return now - timedelta(hours=min(hours, _CENTURY_HOURS))


def _left(works: Sequence[_Work]) -> Step:
    names = [name for work in works for name in work.streams]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    logger.warning("not trimmed, since another transaction holds the lock: %s%s", names[0], more)
    return Step(names[-1], 0, names)


def _works(extents: Sequence[Extent], kept: _Kept, using: str) -> list[_Work]:
    """Return the transactions that trim some streams; short quiet ones are folded together."""
    works: list[_Work] = []
    quiet: list[Extent] = []
    room = BATCH_EVENTS
    for extent in extents:
        if not kept.is_quiet(extent):
            if kept.is_long(extent):
                works.append(_of_one(extent.stream, kept.events, kept.oldest, using))
        elif extent.most > BATCH_EVENTS:
            works.append(_of_one(extent.stream, 0, kept.quiet, using))
        else:
            if extent.most > room:
                works.append(_of_quiet(quiet, using))
                quiet, room = [], BATCH_EVENTS
            quiet.append(extent)
            room -= extent.most
    return [*works, _of_quiet(quiet, using)] if quiet else works


def _of_one(stream: str, keep: int, oldest: datetime | None, using: str) -> _Work:
    return _Work([stream], partial(trim_stream, stream, keep, oldest, using), in_parts=True)


def _of_quiet(extents: Sequence[Extent], using: str) -> _Work:
    heads = {extent.stream: extent.head for extent in extents}
    return _Work(list(heads), partial(fold_streams, heads, using), in_parts=False)


def trim_stream(name: str, keep: int, oldest: datetime | None, using: str) -> int:
    """Delete up to BATCH_EVENTS of a stream's oldest events; return how many.

    Events before the floor, which no reader is sent, count as well.
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
