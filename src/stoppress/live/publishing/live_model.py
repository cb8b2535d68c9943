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

# Characters that a key may contain unescaped, besides letters and digits.
_SAFE = string.punctuation.replace("%", "")


class LiveModel(models.Model):
    """A mixin whose objects are published when a transaction has changed them.

        class Match(live.LiveModel):
            live_template = "_match.html"
            live_order = "-kickoff"

            def live_streams(self):
                return ["scores"]

    Saving and deleting only mark an object. Its state at the end of the outermost transaction is
    published once; the row and its event are committed together. An object is also published when
    its related rows have changed. Django sends no signal for some changes, such as
    `QuerySet.update` and `bulk_create`: publish these by `live.touch`.

    Attributes:
        live_template: the template that renders the object as one element, for the page and for
            each update; or a dictionary of templates by stream pattern. Its context has the object
            under the model's name and as `object`. It has no request, since all readers get the
            same.
        live_context_name: another name for the object in the template.
        live_order: the field by which the streams are sorted, as in `order_by`: with `"-kickoff"`
            the latest comes first. Or a method that returns a string; the largest comes first.
        live_with: relations to rows that the item shows, named as in queries:
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
        """Return the names of the streams that show this object now; empty if it is hidden."""
        raise NotImplementedError(f"{type(self).__name__} needs a method live_streams().")

    def live_item(self) -> Mapping[str, object]:
        """Return fields for readers other than pages: any JSON values."""
        return {}

    def live_context(self) -> Mapping[str, object]:
        """Return more variables for the template."""
        return {}

    def live_key(self) -> str:
        """Return the item's key, which is unique and lasts as long as the object."""
        return default_key(*identity_of(self))

    @classmethod
    def live_queryset(cls) -> "models.QuerySet[Any]":
        """Return the queryset by which objects are read to be published.

        Snapshots use it too, so its annotations are there in every rendering. Override it, for
        example, to add `select_related`.
        """
        return cls._base_manager.all()

    @classmethod
    def live_model(cls) -> type["LiveModel"]:
        """Return the model as which objects are published.

        For a proxy it is the concrete model, and for a child by inheritance its parent, if that is
        live. A child with its own `live_streams` is published separately, besides its parent.
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
                    f"live_order() of {label} must return text; the item with the largest text "
                    f"comes first. It returned {order!r}. To sort by a field, name it: live_order "
                    '= "-kickoff".'
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
    """Mark an object that is about to change, with the streams that now show it."""
    # A primary key made by the database is an expression until the row is written.
    if raw or instance.pk is None or hasattr(instance.pk, "resolve_expression"):
        return
    instance._checked_database(using)
    model, pk = identity = identity_of(instance)
    if Outbox.of(connections[using]).has(identity):
        # An earlier mark has its state from before the transaction.
        mark(MarkedObject(model, pk, {}), using)
        return
    stored = locked_rows(model, using).filter(pk=pk).first()
    if stored is not None:
        mark(MarkedObject.found(stored), using)


def _mark_created(
    instance: LiveModel, using: str, created: bool, raw: bool = False, **_: Any
) -> None:
    if created and not raw:
        # Its key is read at the transaction's end: it may contain an expression now.
        model, pk = identity_of(instance)
        mark(MarkedObject(model, pk, {}, created=True), using)


def default_key(model: type[models.Model], pk: object) -> str:
    """Return `<model>:<pk>`; for a proxy, the model is the concrete one.

    Characters that a key cannot contain are percent-encoded: `%20` for a space.
    """
    parts, safe = (pk, _SAFE.replace(":", "")) if isinstance(pk, tuple) else ((pk,), _SAFE)
    concrete = model._meta.concrete_model or model
    return ":".join([str(concrete._meta.model_name), *(quote(str(p), safe=safe) for p in parts)])
