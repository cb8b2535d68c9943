"""A lock on polling a source, for all processes; it expires if its process dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from stoppress.live.clock import database_time
from stoppress.newsroom.phrase import Phrase

from .models import Source
from .polling.waits import BEYOND

# Fetching and reading take at most 40 seconds. `prolong` then starts the time anew.
LONGEST = timedelta(minutes=2)
# A turn that ends later than this from now was taken before the database's clock was set back.
TOO_LONG = 2 * LONGEST


class NotNow(Exception):
    """Another poll of the source has the turn."""


def free() -> Q:
    """Match the sources of which no poll has the turn."""
    over = Q(polling_until__lt=Now()) | Q(polling_until__gt=Now() + TOO_LONG)
    return Q(polling_until=None) | over


def due() -> Q:
    """Match the sources whose next poll is due, or is planned later than any wait allows.

    A poll so far in the future was planned before the database's clock was set back.
    """
    return Q(next_poll__lte=Now()) | Q(next_poll__gt=Now() + timedelta(seconds=BEYOND))


@contextmanager
def turn(source: Source, *, planned: bool = False) -> Iterator[None]:
    """Hold the turn of a source, with its fields read anew from the database.

    An unsaved source is saved at once, so that no other poll begins with it.

    Args:
        planned: take the turn only if the source is due: another poll may have ended since the
            source was loaded.

    Raises:
        NotNow: another poll has the turn, or has just had it.
    """
    until = database_time() + LONGEST
    if not (_begin(source, until) if source.pk is None else _take(source, until, planned)):
        raise NotNow(
            Phrase(
                "Another poll of it is running, so this one did nothing. If that poll has died, the"
                " feed can be polled again in at most %(number)d minutes.",
                number=LONGEST.seconds // 60,
            )
        )
    try:
        yield
    finally:
        _own(source).update(polling_until=None)


def prolong(source: Source) -> None:
    """Start the time of a turn anew, unless the turn has expired."""
    until = database_time() + LONGEST
    if _own(source).update(polling_until=until):
        source.polling_until = until


def drop(source: Source) -> None:
    """Delete a source, if this poll still has its turn."""
    if _own(source).exists():
        source.delete()


def _own(source: Source) -> QuerySet[Source]:
    # Match only our own turn: another poll may have taken the source after ours expired.
    return Source.objects.filter(pk=source.pk, polling_until=source.polling_until)


def _begin(source: Source, until: datetime) -> bool:
    source.polling_until = until
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError:  # another poll was first to save this address
        source.pk = None
        return False
    return True


def _take(source: Source, until: datetime, planned: bool) -> bool:
    wanted = free() & due() if planned else free()
    if not Source.objects.filter(wanted, pk=source.pk).update(polling_until=until):
        return False
    # Another poll may have changed these since the source was loaded.
    source.refresh_from_db(
        fields=[
            *("title", "etag", "last_modified", "last_polled", "polling_until"),
            *("ttl", "failures", "failing_since", "next_poll"),
        ]
    )
    return True
