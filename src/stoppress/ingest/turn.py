"""A turn to poll a source: one at a time, whatever process asks, and over should that one die."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Source

# Fetching and reading take 40 seconds at most, and what comes after has as long again from there.
LONGEST = timedelta(minutes=2)


class NotNow(Exception):
    """Say that another has the turn."""


@contextmanager
def turn(source: Source) -> Iterator[None]:
    """Have a source for oneself, as it is now.

    A source not yet saved is saved at once, so that nobody else begins with it.

    Raises:
        NotNow: another poll has it.
    """
    until = timezone.now() + LONGEST
    if not (_begin(source, until) if source.pk is None else _take(source, until)):
        raise NotNow(
            "Another poll of it is under way, so this one did not look. Should that one have died,"
            f" it can be polled again in {LONGEST.seconds // 60} minutes at most."
        )
    try:
        yield
    finally:
        _own(source).update(polling_until=None)


def prolong(source: Source) -> None:
    """Have a turn for as long from now as it was given for; nothing where it is over."""
    until = timezone.now() + LONGEST
    if _own(source).update(polling_until=until):
        source.polling_until = until


def drop(source: Source) -> None:
    """Delete a source whose turn it is."""
    if _own(source).exists():
        source.delete()


def _own(source: Source) -> QuerySet[Source]:
    # Not the turn of another, should this one have lasted longer than any may.
    return Source.objects.filter(pk=source.pk, polling_until=source.polling_until)


def _begin(source: Source, until: datetime) -> bool:
    source.polling_until = until
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError:  # somebody else was first to begin with this address
        source.pk = None
        return False
    return True


def _take(source: Source, until: datetime) -> bool:
    free = Q(polling_until=None) | Q(polling_until__lt=timezone.now())
    if not Source.objects.filter(free, pk=source.pk).update(polling_until=until):
        return False
    # What another poll has learnt since this one was asked for.
    source.refresh_from_db(
        fields=["title", "etag", "last_modified", "last_polled", "polling_until"]
    )
    return True
