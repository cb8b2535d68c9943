"""Mark live objects when a related row changes that their items show.

Related rows are those of parents and children by inheritance, the links of many-to-many fields, and
the rows that `live_with` names.
"""

from collections.abc import Sequence
from functools import wraps
from typing import Any

from django.apps.registry import Apps
from django.db import models, router
from django.db.models.signals import (
    ModelSignal,
    class_prepared,
    m2m_changed,
    post_save,
    pre_delete,
    pre_save,
)

from stoppress.live.log.transaction import within_a_transaction

from .live_model import LiveModel
from .paths import Path, Row, Step, paths_to_rows, steps


class RelatedRows:
    """Connects the signals of all related rows, for the live models of one app registry."""

    def __init__(self, registry: Apps) -> None:
        self._registry = registry
        self._connected: set[tuple[Any, ...]] = set()

    def connect(self) -> None:
        """Connect all existing models, and those that are defined later."""
        self._connect_all()
        class_prepared.connect(self._connect_later, weak=False)

    def _connect_later(self, sender: Row, **_: Any) -> None:
        if sender._meta.apps is self._registry:
            self._registry.lazy_model_operation(
                self._connect_all, (sender._meta.app_label, sender._meta.model_name)
            )

    def _connect_all(self, *defined: Row) -> None:
        found = list({*self._registry.get_models(), *defined})
        for live in found:
            if not issubclass(live, LiveModel) or live.live_model() is not live:
                continue
            for path in paths_to_rows(live):
                # Both before and after a save: a row may move from one object to another.
                self._connect_rows(found, path, (pre_save, post_save, pre_delete))
            for step in steps(live):
                if step.through is not None:
                    self._connect_links(step.through, step)
                    # Django deletes automatic links with either end, without a signal.
                    self._connect_rows(found, step.there, (pre_delete,))

    def _connect_rows(
        self, models_there_are: Sequence[Row], path: Path, signals: Sequence[ModelSignal]
    ) -> None:
        for sender in models_there_are:
            itself = path.is_itself and _marks_itself(sender, path.live)
            if _has_row(sender, path.row) and not itself:
                if pre_save in signals:
                    _save_in_a_transaction(sender)
                for signal in signals:
                    self._connect_row(sender, path, signal)

    def _connect_row(self, sender: Row, path: Path, signal: ModelSignal) -> None:
        if (sender, path, signal) in self._connected:
            return
        self._connected.add((sender, path, signal))
        primary_key = path.row._meta.pk.attname if issubclass(sender, path.row) else "pk"

        def changes(instance: models.Model, using: str, raw: bool = False, **_: Any) -> None:
            row_pk = getattr(instance, primary_key)
            if not raw and row_pk is not None and not hasattr(row_pk, "resolve_expression"):
                path.mark(row_pk, using, before=signal is not post_save)
            if not raw and signal is pre_save and issubclass(sender, path.row):
                path.mark_new_place(instance, using)

        signal.connect(changes, sender=sender, weak=False)

    def _connect_links(self, through: Row, step: Step) -> None:
        ends = step.here, step.there
        if (through, ends) in self._connected:
            return
        self._connected.add((through, ends))
        # The model that defines the field is the "forward" side; a path may go the other way.
        field_side, target_side = ends if step.forward else reversed(ends)
        both_ways = getattr(step.field.remote_field, "symmetrical", False)

        def change(
            instance: Any, action: str, reverse: bool, pk_set: Any, using: str, **_: Any
        ) -> None:
            before = action.startswith("pre_")
            if not reverse:
                field_side.mark(instance.pk, using, before=before)
            if reverse or both_ways:
                # Without primary keys, all links of the instance are removed.
                for pk in pk_set or ():
                    field_side.mark(pk, using, before=before)
                if pk_set is None:
                    target_side.mark(instance.pk, using, before=before)

        m2m_changed.connect(change, sender=through, weak=False)


def _has_row(sender: Row, row: Row) -> bool:
    """Return whether saving a `sender` changes a row of the model `row`, its parent or child."""
    return issubclass(sender, row) or sender in row._meta.all_parents


def _marks_itself(sender: Row, live: type[LiveModel]) -> bool:
    return issubclass(sender, LiveModel) and sender.live_model() is live


def _save_in_a_transaction(model: Row) -> None:
    """Make a model's `save_base` run in a transaction.

    In autocommit Django sends `pre_save` before any transaction and `post_save` after COMMIT: a
    crash in between would lose the event.
    """
    save_base: Any = model.save_base
    if issubclass(model, LiveModel) or hasattr(save_base, "stoppress_atomic"):
        return

    @wraps(save_base)
    def save_in_a_transaction(
        self: models.Model,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Any = None,
    ) -> None:
        alias = using or router.db_for_write(type(self), instance=self)
        with within_a_transaction(alias):
            save_base(
                self,
                raw=raw,
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )

    save_in_a_transaction.stoppress_atomic = True  # type: ignore[attr-defined]
    model.save_base = save_in_a_transaction  # type: ignore[method-assign]
