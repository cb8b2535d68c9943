"""Publish objects after a change that Django says nothing of."""

from collections.abc import Iterable, Iterator

from django.db import models

from stoppress.live.database import log_database
from stoppress.live.errors import LiveError
from stoppress.live.log.transaction import atomic, mark

from .live_model import LiveModel, default_key
from .marked_object import MarkedObject, identity_of


def touch(objects: Iterable[LiveModel]) -> int:
    """Publish the present state of objects after a change that did not go through `save`.

    They are published as they stand at the end of the open transaction, and removed from the
    streams in whose log they are still shown. If an object has left a stream since, and its events
    there were trimmed, pass the stream's name to `live.remove`.

    Args:
        objects: a queryset, or saved objects.

    Returns:
        The number of objects.

    Raises:
        TypeError, ValueError, LiveError: an object is of no `LiveModel`, was never saved, or is of
            another database than the log.
    """
    count = 0
    with atomic():
        for marked in _marks(objects):
            mark(marked)
            count += 1
    return count


def _marks(objects: Iterable[LiveModel]) -> Iterator[MarkedObject]:
    if isinstance(objects, models.QuerySet):
        _check_database(objects, getattr(objects, "_db", None))
        model = objects.model.live_model()
        for pk in objects.using(log_database()).values_list("pk", flat=True):
            yield _mark(model, pk)
        return
    for live_object in objects:
        if not isinstance(live_object, LiveModel):
            raise TypeError(f"{live_object!r} is no object of a LiveModel.")
        if live_object.pk is None:
            raise ValueError(f"{live_object!r} was never saved: only saved objects can be touched.")
        _check_database(live_object, live_object._state.db)
        yield _mark(*identity_of(live_object))


def _mark(model: type[LiveModel], pk: object) -> MarkedObject:
    # A key of the site's own is read at the end: in memory it may be another object's by now.
    keys = [default_key(model, pk)] if model.live_key is LiveModel.live_key else []
    return MarkedObject(model, pk, dict.fromkeys(keys, frozenset()), noted=False)


def _check_database(touched: object, alias: str | None) -> None:
    if alias not in {None, log_database()}:
        raise LiveError(f"{touched!r} is of the database {alias!r}; the log is in another one.")
