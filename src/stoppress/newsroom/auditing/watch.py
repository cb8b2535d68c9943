"""Records the changes that saving and deleting a row makes, in the same transaction."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.db import models, router, transaction
from django.db.models.signals import post_delete, post_save, pre_save

from stoppress.newsroom.models import AuditEntry

from .record import Thing, is_audited, record, thing

Told = Iterator[tuple[AuditEntry.Act, str]]
# A row's fields in the database before a save; None for a new row.
Before = dict[str, Any] | None

_BEFORE = "_audited_before"


class Watch:
    """Watches the rows of a model. `QuerySet.update`, `bulk_create` and SQL are not seen.

    Args:
        fields: the watched fields. A save of only other fields is ignored.
        told: given a row and its fields before, yields the acts, each with its detail.
        deleted: given a row, yields the act of deleting it.
        done_to: returns the object of the act; the row by default.
    """

    def __init__(
        self,
        model: type[models.Model],
        fields: Iterable[str],
        told: Callable[[Any, Before], Told],
        deleted: Callable[[Any], Told],
        done_to: Callable[[Any], Thing] = thing,
    ) -> None:
        self._model, self._fields = model, frozenset(fields)
        self._told, self._deleted, self._done_to = told, deleted, done_to

    def connect(self) -> None:
        """Watch from now on."""
        _save_in_one_transaction(self._model)
        pre_save.connect(self._before_save, sender=self._model, weak=False)
        post_save.connect(self._after_save, sender=self._model, weak=False)
        post_delete.connect(self._after_delete, sender=self._model, weak=False)

    def _before_save(
        self, instance: models.Model, using: str, raw: bool, update_fields: Any, **_: Any
    ) -> None:
        vars(instance)[_BEFORE] = None
        written = self._fields if update_fields is None else self._fields & set(update_fields)
        if raw or not written or not is_audited(using) or instance.pk is None:
            return
        # The row is locked, so that a simultaneous change is not missed.
        rows = self._model._base_manager.using(using).select_for_update(no_key=True)
        vars(instance)[_BEFORE] = rows.filter(pk=instance.pk).values(*written).first()

    def _after_save(
        self, instance: models.Model, using: str, raw: bool, created: bool, **_: Any
    ) -> None:
        before: Before = vars(instance).pop(_BEFORE, None)
        if not raw and is_audited(using) and (created or before is not None):
            self._record(self._told(instance, before), instance)

    def _after_delete(self, instance: models.Model, using: str, **_: Any) -> None:
        if is_audited(using):
            self._record(self._deleted(instance), instance)

    def _record(self, acts: Told, instance: models.Model) -> None:
        for act, detail in acts:
            record(act, self._done_to(instance), detail=detail)


def _save_in_one_transaction(model: Any) -> None:
    """Make `save` commit a row and its entry together.

    In autocommit Django sends `pre_save` before any transaction, and `post_save` after COMMIT.
    """
    save_base = model.save_base

    @wraps(save_base)
    def save_in_one(self: models.Model, *args: Any, using: str | None = None, **more: Any) -> None:
        alias = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(alias, savepoint=False):
            save_base(self, *args, using=alias, **more)

    model.save_base = save_in_one
