"""A live model: saving or deleting an object publishes it to every open page."""

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from django.db import connections, models, router
from django.db.models.signals import post_save, pre_delete, pre_save

from stoppress.live.database import log_database
from stoppress.live.errors import InvalidItem, LiveError
from stoppress.live.log.outbox import Outbox
from stoppress.live.log.transaction import mark, within_a_transaction

from .marked_object import MarkedObject, identity_of, locked_rows
from .order import encode_order

# What stands in a key as it is, besides letters and digits.
_SAFE = string.punctuation.replace("%", "")


class LiveModel(models.Model):
    """A mixin whose objects are published when a transaction has changed them.

        class Match(live.LiveModel):
            live_template = "_match.html"
            live_order = "-kickoff"

            def live_streams(self):
                return ["scores"]

    Saving and deleting only mark an object. It is read and published once, as it stands at the end
    of the outermost transaction; the row and its event are committed together. So is an object
    whose related rows have changed. What Django sends no signal of, such as `QuerySet.update` and
    `bulk_create`, is published by `live.touch`.

    Attributes:
        live_template: the template that renders the object, as one element: for the page, and for
            each update of it. Or a dictionary of templates by the pattern of the stream. The object
            is in its context under the model's name, and as `object`; there is no request, since
            all readers get the same.
        live_context_name: another name for the object in the template.
        live_order: the field by which the streams are sorted, as in `order_by`: with `"-kickoff"`
            the latest stands first. Or a method that returns a string; the largest stands first.
        live_with: related rows whose change shows in the item, named as in queries:
            `["goals__player"]`. Links of the model's own many-to-many fields need no name.
    """

    live_template: ClassVar[str | Mapping[str, str] | None] = None
    live_context_name: ClassVar[str | None] = None
    live_order: ClassVar[str | Callable[[Any], str] | None] = None
    live_with: ClassVar[Sequence[str]] = ()

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Never without a sender: that would end Django's fast deletes of every other model.
        pre_save.connect(_mark_before, sender=cls)
        post_save.connect(_mark_created, sender=cls)
        pre_delete.connect(_mark_before, sender=cls)

    def live_streams(self) -> Iterable[str]:
        """Return the streams that show this object now; none where it is hidden."""
        raise NotImplementedError(f"{type(self).__name__} needs a method live_streams().")

    def live_item(self) -> Mapping[str, object]:
        """Return fields for readers that are no pages: anything that is JSON."""
        return {}

    def live_context(self) -> Mapping[str, object]:
        """Return more variables for the template."""
        return {}

    def live_key(self) -> str:
        """Return the item's key, which is unique and lasts as long as the object."""
        return default_key(*identity_of(self))

    @classmethod
    def live_queryset(cls) -> "models.QuerySet[Any]":
        """Return the objects as they are read to be published, say with `select_related`.

        Snapshots read them by it too: what it annotates is there in every rendering.
        """
        return cls._base_manager.all()

    @classmethod
    def live_model(cls) -> type["LiveModel"]:
        """Return the model that objects are published as.

        Of a proxy that is the concrete model, and of a child by inheritance its parent, if they are
        live; a child that has `live_streams` of its own is published beside its parent.
        """
        concrete = cls._meta.concrete_model
        model = concrete if concrete is not None and issubclass(concrete, LiveModel) else cls
        for parent in model._meta.parents:
            if issubclass(parent, LiveModel) and parent.live_streams is model.live_streams:
                return parent.live_model()
        return model

    def wire_item(self) -> dict[str, object]:
        """Return the item without a view: `{"key", "order", …}` and the fields of `live_item()`.

        Raises:
            InvalidItem: there is no order, or `live_item()` names another key or order.
        """
        fields = self.live_item()
        own: dict[str, object] = {"key": self.live_key()}
        if self.live_order is not None:
            own["order"] = self._order()
        elif "order" not in fields:
            raise InvalidItem(
                f"{type(self).__name__} has no live_order: name the field that its streams are "
                'sorted by, such as live_order = "-kickoff", or write a method.'
            )
        for name in own.keys() & fields.keys():
            if own[name] != fields[name]:
                raise InvalidItem(
                    f"live_item() of {type(self).__name__} has the {name} {fields[name]!r}, and "
                    f"live_{name} says {own[name]!r}: leave it out of live_item()."
                )
        return own | dict(fields)

    def save_base(
        self,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save in a transaction, so that row and event are committed together."""
        with within_a_transaction(self._checked_database(using)):
            super().save_base(
                raw=raw,
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )

    def delete(self, using: str | None = None, *args: Any, **kwargs: Any) -> tuple[int, Any]:
        """Delete in a transaction, so that row and event are committed together."""
        with within_a_transaction(self._checked_database(using)):
            return super().delete(using, *args, **kwargs)

    def _checked_database(self, using: str | None) -> str:
        alias = using or router.db_for_write(type(self), instance=self)
        if alias != log_database():
            raise LiveError(
                f"{type(self).__name__} is saved in the database {alias!r}, and the log is in "
                f"{log_database()!r}: one transaction must hold both. Let a database router name "
                "one for this model and for the app stoppress_live."
            )
        return alias

    def _order(self) -> str:
        label = type(self).__name__
        if callable(self.live_order):
            order: object = self.live_order()
            if not isinstance(order, str):
                raise InvalidItem(
                    f"live_order() of {label} must return text, which is larger for what stands "
                    f"first; it returned {order!r}. To sort by a field, name it: live_order = "
                    '"-kickoff".'
                )
            return order
        field = str(self.live_order)
        name = field.lstrip("-")
        try:
            return encode_order(
                getattr(self, name),
                descending=field.startswith("-"),
                nulls_largest=connections[log_database()].features.nulls_order_largest,
            )
        except InvalidItem as error:
            raise InvalidItem(f"{label}.{name}: {error}") from None


def _mark_before(instance: LiveModel, using: str, raw: bool = False, **_: Any) -> None:
    """Mark an object that is about to change, with the streams that show it now."""
    # A primary key that the database makes is an expression until then.
    if raw or instance.pk is None or hasattr(instance.pk, "resolve_expression"):
        return
    instance._checked_database(using)
    model, pk = identity = identity_of(instance)
    if Outbox.of(connections[using]).has(identity):
        # An earlier mark says how it stood before the transaction.
        mark(MarkedObject(model, pk, {}), using)
        return
    stored = locked_rows(model, using).filter(pk=pk).first()
    if stored is not None:
        mark(MarkedObject.found(stored), using)


def _mark_created(
    instance: LiveModel, using: str, created: bool, raw: bool = False, **_: Any
) -> None:
    if created and not raw:
        # Its key is read at the end: here it may be made of an expression.
        model, pk = identity_of(instance)
        mark(MarkedObject(model, pk, {}, created=True), using)


def default_key(model: type[models.Model], pk: object) -> str:
    """Return `<model>:<pk>`; of a proxy with the name of the model whose table it is.

    What a key cannot contain is written as in an address: `%20` for a space.
    """
    parts, safe = (pk, _SAFE.replace(":", "")) if isinstance(pk, tuple) else ((pk,), _SAFE)
    concrete = model._meta.concrete_model or model
    return ":".join([str(concrete._meta.model_name), *(quote(str(p), safe=safe) for p in parts)])
