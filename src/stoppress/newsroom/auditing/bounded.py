"""Write a limited number of entries about acts that anybody can repeat without end."""

import threading
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from django.db import router, transaction

from stoppress.live.clock import machine_clock
from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import AuditEntry
from stoppress.newsroom.models.audit_entry import NAME_CHARS

from .actor import Actor, Kind
from .record import NOTHING, Thing, entry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The most keys that a process remembers. A forgotten key costs a query, but makes no second row.
REMEMBERED = 4096


class Remembered:
    """The newest keys that this process has written, or has found in the database."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, key: str) -> None:
        """Remember a key, and forget the oldest one if there are too many."""
        with self._lock:
            self._keys[key] = None
            if len(self._keys) > self._most:
                self._keys.popitem(last=False)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def forget(self) -> None:
        """Forget all keys."""
        with self._lock:
            self._keys.clear()


written = Remembered()


def record_bounded(
    act: AuditEntry.Act,
    done_to: Thing = NOTHING,
    *,
    actor: Actor,
    most: int,
    key: str = "",
    span: timedelta = HOUR,
    detail: str = "",
) -> None:
    """Write an entry unless this hour or day already has enough entries of its kind.

    The first entry above the limit becomes a note that others are left out. Simultaneous calls may
    exceed `most` by one each, because they do not see each other's entries yet.

    Args:
        done_to: the object. If nobody is signed in, `most` counts separately for each object.
        actor: the author. For users and tokens, `most` counts separately for each of them.
        most: the largest number of entries of this act in a span.
        key: write one entry for each key; if empty, one entry for each call.
        span: an hour or a day in UTC, by the database's clock.
    """
    if actor.kind is Kind.NOBODY:
        whose = {"object_kind": done_to.kind, "object_id": done_to.id}
    else:
        whose = {"actor_kind": str(actor.kind), "actor": actor.name[:NAME_CHARS]}
    one, full = f"{act} {key}", " ".join(["left out", act, *whose.values()])
    now = _since(datetime.fromtimestamp(machine_clock.seconds(), UTC), span)
    if _mark(full, now) in written or (key and _mark(one, now) in written):
        return
    made = entry(act, done_to, detail=detail, actor=actor)
    since = _since(made.time, span)
    made.once = _mark(one, since) if key else None
    same = AuditEntry.objects.filter(act=act, time__gte=since, **whose)
    using = router.db_for_write(AuditEntry)
    with transaction.atomic(using):
        if same.using(using).count() >= most:
            of = done_to if actor.kind is Kind.NOBODY else NOTHING
            with in_english():
                more = str(act.label)
            made = entry(AuditEntry.Act.LEFT_OUT, of, detail=more, actor=actor)
            made.address = ""
            made.once = _mark(full, since)
        # Another process may have written the same entry: the existing row stays.
        AuditEntry.objects.using(using).bulk_create([made], ignore_conflicts=True)
        if made.once:
            done = made.once
            transaction.on_commit(lambda: written.add(done), using)


def _since(time: datetime, span: timedelta) -> datetime:
    """Return the beginning of the hour or day that contains a time, in UTC."""
    time = time.astimezone(UTC)
    first = time.replace(minute=0, second=0, microsecond=0)
    return first.replace(hour=0) if span == DAY else first


def _mark(key: str, since: datetime) -> str:
    return f"{key} {since:%Y-%m-%dT%H}"
