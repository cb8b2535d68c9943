"""Publish objects after a change for which Django sends no signal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from stoppress.live.database import batches, log_database
from stoppress.live.errors import LiveError
from stoppress.live.log.transaction import atomic, mark

from .live_model import LiveModel, default_key
from .marked_object import MarkedObject, identity_of


def touch(objects: Iterable[LiveModel]) -> int:
    """Publish the present state of objects after a change that did not go through `save`.

        Match.objects.filter(day=today).update(delayed=True)
        live.touch(Match.objects.filter(day=today))

    Their state at the end of the open transaction is published, and they are removed from the
    streams that they have left, as far as the log shows them there. If an object has left a stream
    and its events there were trimmed, pass the stream's name to `live.remove`.

    Args:
        objects: a queryset, or saved objects.

    Returns:
        The number of objects.

    Raises:
        TypeError, ValueError, LiveError: an object's model is no `LiveModel`, it was never saved,
            or it is in another database than the log.
    """
    count = 0
    with atomic():
        for marked in marks_of(objects):
            mark(marked)
            count += 1
    return count


def marks_of(objects: Iterable[LiveModel]) -> Iterator[MarkedObject]:
    """Return a mark for each object that may have changed: a queryset's, or saved objects."""
    if isinstance(objects, models.QuerySet):
        if not issubclass(objects.model, LiveModel):
            raise TypeError(f"{objects.model.__name__} is no LiveModel.")
        _check_database(objects, getattr(objects, "_db", None))
        yield from _marks_of_rows(objects)
        return
    by_model: dict[type[LiveModel], list[Any]] = defaultdict(list)
    for live_object in objects:
        if not isinstance(live_object, LiveModel):
            raise TypeError(f"{live_object!r} is no object of a LiveModel.")
        if live_object.pk is None:
            raise ValueError(f"{live_object!r} was never saved: only saved objects can be touched.")
        _check_database(live_object, live_object._state.db)
        model, pk = identity_of(live_object)
        by_model[model].append(pk)
    for model, pks in by_model.items():
        for some in batches(pks):
            yield from _marks_of_rows(model._base_manager.filter(pk__in=some))


def _marks_of_rows(rows: "models.QuerySet[Any]") -> Iterator[MarkedObject]:
    model, rows = rows.model.live_model(), rows.using(log_database())
    if model.live_key is LiveModel.live_key:
        for pk in rows.values_list("pk", flat=True):
            yield MarkedObject(model, pk, {default_key(model, pk): frozenset()}, noted=False)
        return
    # By the stored rows: the key of an object in memory may belong to another object.
    for row in rows:
        yield MarkedObject(*identity_of(row), {row.live_key(): frozenset()}, noted=False)


def _check_database(touched: object, alias: str | None) -> None:
    if alias not in {None, log_database()}:
        raise LiveError(f"{touched!r} is of the database {alias!r}; the log is in another one.")
