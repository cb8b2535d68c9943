"""Records changes of the members of groups, and of the permissions of users and groups."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Model
from django.db.models.signals import m2m_changed

from stoppress.newsroom.models import AuditEntry

from .record import is_audited, record, thing

Act = AuditEntry.Act
ACTS = {
    Group: {"added": Act.GROUPS_GIVEN, "removed": Act.GROUPS_TAKEN},
    Permission: {"added": Act.RIGHTS_GIVEN, "removed": Act.RIGHTS_TAKEN},
}
# The rows that `clear` removes can be read only before it.
CHANGES = {"post_add": "added", "post_remove": "removed", "pre_clear": "removed"}


class Grants:
    """Watches a many-to-many field of users or groups with groups or permissions, on both sides."""

    def __init__(self, field: "ManyToManyField[Any, Any]") -> None:
        self._field = field
        self._acts = ACTS[field.related_model]

    def connect(self) -> None:
        """Watch from now on."""
        through: Any = self._field.remote_field.through
        m2m_changed.connect(self._changed, sender=through, weak=False)

    def _changed(
        self,
        instance: Model,
        action: str,
        reverse: bool,
        pk_set: set[Any] | None,
        using: str,
        **_: Any,
    ) -> None:
        if action not in CHANGES or not is_audited(using):
            return
        for owner, given in self._pairs(instance, reverse, pk_set, using):
            if given:
                act = self._acts[CHANGES[action]]
                record(act, thing(owner), detail=", ".join(sorted(map(_name, given))))

    def _pairs(
        self, instance: Model, reverse: bool, pk_set: set[Any] | None, using: str
    ) -> Iterator[tuple[Model, list[Model]]]:
        """Yield each owner, with the groups or permissions that it gets or loses."""
        model = self._field.model if reverse else self._field.related_model
        rows = model._base_manager.using(using).order_by("pk")
        if model is Permission:
            rows = rows.select_related("content_type")
        if pk_set is not None:
            others = rows.filter(pk__in=pk_set)
        elif reverse:
            others = rows.filter(**{self._field.name: instance.pk})
        else:
            held = getattr(instance, self._field.name).using(using)
            others = rows.filter(pk__in=list(held.values_list("pk", flat=True)))
        if reverse:
            yield from ((owner, [instance]) for owner in others)
        else:
            yield instance, list(others)


def _name(row: Any) -> str:
    """Return the name of a group, or of a permission such as `newsroom.publish_article`."""
    if isinstance(row, Permission):
        return f"{row.content_type.app_label}.{row.codename}"
    return str(row)
