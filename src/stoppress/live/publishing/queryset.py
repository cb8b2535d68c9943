"""A queryset whose bulk calls are published."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import models

from stoppress.live.database import log_database
from stoppress.live.errors import LiveError
from stoppress.live.log.transaction import atomic, mark

from .live_model import LiveModel
from .marked_object import MarkedObject, identity_of, locked_rows, mark_stored
from .touch import touch


class LiveQuerySet(models.QuerySet[Any]):
    """A queryset of a `LiveModel` whose `update`, `bulk_update` and `bulk_create` are published.

        class Match(live.LiveModel):
            objects = live.LiveQuerySet.as_manager()

    So are the async versions. The rows are read before they change, so that an object that has
    left a stream is removed there.
    """

    def update(self, **values: Any) -> int:
        """Update the rows; `bulk_update` calls this."""
        alias = self._checked_database()
        if self.query.is_sliced:
            return super().update(**values)  # Django raises its own error
        with atomic(alias):
            for row in self._rows():
                mark_stored(row, alias)
            for row in self._rows_beside():
                mark_stored(row, alias)
            return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        """Insert the objects.

        Raises:
            LiveError: with `ignore_conflicts` the database does not say which rows are new.
        """
        if ignore_conflicts:
            raise LiveError(
                "bulk_create(ignore_conflicts=True) does not say which rows are new: leave out "
                "those that exist, or insert by a manager that is not live, and call live.touch."
            )
        alias = self._checked_database()
        with atomic(alias):
            made = super().bulk_create(
                objs,
                batch_size=batch_size,
                update_conflicts=update_conflicts,
                update_fields=update_fields,
                unique_fields=unique_fields,
            )
            if update_conflicts:
                touch(made)
                return made
            for each in made:
                mark(MarkedObject(*identity_of(each), {}, created=True), alias)
        return made

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def _rows(self) -> "models.QuerySet[LiveModel]":
        """Return the rows of this queryset, locked until the transaction ends."""
        model = self.model.live_model()
        # Not by this queryset itself: it may be sorted, joined, or of another model.
        found = self.order_by().values("pk")
        rows: models.QuerySet[LiveModel] = locked_rows(model, log_database())
        return rows.filter(pk__in=found)

    def _rows_beside(self) -> Iterator[LiveModel]:
        """Return the objects of parent and child models that are published besides these."""
        model = self.model.live_model()
        for other in _published_models(model):
            for table in _tables(model) & _tables(other) if other is not model else ():
                name = table._meta.pk.name
                found = self.order_by().values(name)
                rows = other._base_manager.using(log_database()).filter(**{f"{name}__in": found})
                yield from rows.select_related(None)

    def _checked_database(self) -> str:
        self._for_write = True  # not the database that a router names for reads
        alias = self.db
        if alias != log_database():
            raise LiveError(
                f"{self.model.__name__} is changed in the database {alias!r}, and the log is in "
                f"{log_database()!r}: one transaction must hold both."
            )
        return alias


def _published_models(model: type[LiveModel]) -> Iterator[type[LiveModel]]:
    for other in model._meta.apps.get_models():
        if issubclass(other, LiveModel) and other.live_model() is other:
            yield other


def _tables(model: type[LiveModel]) -> set[Any]:
    """Return the models by inheritance whose rows make up an object."""
    return {model._meta.concrete_model, *model._meta.all_parents}
