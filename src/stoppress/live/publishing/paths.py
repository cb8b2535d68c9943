"""The paths from a live model's objects to the rows that their items show, and back."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP

from stoppress.live.database import log_database
from stoppress.live.log.transaction import mark

from .live_model import LiveModel
from .marked_object import mark_stored
from .touch import marks_of

Row = type[models.Model]


@dataclass(frozen=True)
class Path:
    """A path from a live model's objects to the rows of a model.

    Attributes:
        live: the live model.
        row: the model of the rows.
        lookup: the lookup from `live` to `row`, as in queries: `goals__player`.
        is_itself: the row belongs to the object itself, or to a parent or child by inheritance.
        link: if `row` is a many-to-many's `through` model, its foreign key to the rows that
            `lookup` reaches.
        back: the row's foreign key or GenericRelation that leads back, and the path to its target.
    """

    live: type[LiveModel]
    row: Row
    lookup: str = "pk"
    is_itself: bool = False
    link: str = ""
    back: "tuple[Any, Path] | None" = None

    def further(self, name: str, row: Row) -> "Path":
        """Return this path continued by a field, or by the name of a reverse relation."""
        start = "" if self.lookup == "pk" else self.lookup + LOOKUP_SEP
        return Path(self.live, row, start + name)

    def mark(self, row_pk: Any, using: str, *, before: bool = False) -> None:
        """Mark the objects that show a row, by the present state of the database.

        Args:
            before: the row is about to change; the streams that show the objects now are recorded.
        """
        if using != log_database():
            return  # the objects are in the log's database, and cannot show it
        # A foreign key may refer to another field than the primary key.
        lookup = self.lookup if self.is_itself else f"{self.lookup}__pk".removeprefix("pk__")
        rows: Any = [row_pk]
        if self.link:
            rows = self.row._base_manager.using(using).filter(pk=row_pk).values(self.link)
        self._mark_objects(f"{lookup}__in", rows, using, before=before)

    def mark_new_place(self, row: models.Model, using: str) -> None:
        """Mark the objects that will show a row once it is saved, with their state before that."""
        if self.back is None or using != log_database():
            return
        key, here = self.back
        target: Any
        if isinstance(key, models.ForeignKey):
            target, attribute = key.target_field, key.attname
        else:  # a GenericRelation
            kind: Any = row._meta.get_field(key.content_type_field_name)
            if getattr(row, kind.attname) != key.get_content_type().pk:
                return
            target, attribute = here.row._meta.pk, key.object_id_field_name
        if attribute in row.get_deferred_fields():
            return  # it was not read, and so not changed
        value = getattr(row, attribute)
        if value is None or hasattr(value, "resolve_expression"):
            return
        with suppress(ValidationError):  # text of a GenericRelation that is no key of the model
            value = target.to_python(value)
            lookup = f"{here.lookup}__{target.name}".removeprefix("pk__")
            self._mark_objects(lookup, value, using, before=True)

    def _mark_objects(self, lookup: str, value: Any, using: str, *, before: bool) -> None:
        pks = self.live._base_manager.filter(**{lookup: value}).order_by().values("pk")
        objects = self.live._base_manager.using(using).filter(pk__in=pks)
        if not before:
            for marked in marks_of(objects):
                mark(marked, using)
            return
        for stored in objects:
            mark_stored(stored, using)


@dataclass(frozen=True)
class Step:
    """One relation on a path: from the objects at `here`, by `field`, to those at `there`."""

    here: Path
    field: Any
    there: Path

    @property
    def forward(self) -> bool:
        """Return whether a many-to-many is followed from the model that defines the field."""
        return not isinstance(self.field, models.ManyToManyRel)

    @property
    def through(self) -> Row | None:
        """Return a many-to-many's `through` model if it is defined; None for other relations."""
        relation = self.field.remote_field if self.forward else self.field
        through = getattr(relation, "through", None) if self.field.many_to_many else None
        return through if isinstance(through, type) else None


def paths_to_rows(live: type[LiveModel]) -> Iterator[Path]:
    """Return the paths to the rows whose changes must be published with a live model's objects.

    Raises:
        FieldDoesNotExist: a name in `live_with` is no relation of the model before it.
    """
    yield Path(live, live, is_itself=True)  # its children by inheritance are rows of it too
    for parent in live._meta.all_parents:
        yield Path(live, parent, parent._meta.pk.name, is_itself=True)
    concrete = live._meta.concrete_model
    if concrete is not None and concrete is not live:
        yield Path(live, concrete, is_itself=True)
    for step in steps(live):
        if step.there.lookup in _named(live):
            yield step.there
        if step.through is not None and not step.through._meta.auto_created:
            link = _link_to(step)
            if link is not None:
                back = step.through._meta.get_field(link), step.here
                yield replace(step.here, row=step.through, link=link, back=back)


def steps(live: type[LiveModel]) -> Iterator[Step]:
    """Return the relations by which a live model's objects reach the rows that they show."""
    start = Path(live, live)
    own: Any
    for own in live._meta.many_to_many:
        if not isinstance(own.related_model, type):
            continue  # it is not defined yet
        yield Step(start, own, start.further(own.name, own.related_model))
    for lookup in live.live_with:
        here = start
        for name in lookup.split(LOOKUP_SEP):
            field = _relation(live, lookup, here.row, name)
            related: Any = field.related_model
            if isinstance(related, str):
                break  # it is not defined yet
            there = here.further(name, related)
            if isinstance(field, models.ManyToOneRel):
                there = replace(there, back=(field.field, here))
            elif hasattr(field, "object_id_field_name"):
                there = replace(there, back=(field, here))
            yield Step(here, field, there)
            here = there


def _relation(live: type[LiveModel], lookup: str, row: Row, name: str) -> Any:
    with suppress(FieldDoesNotExist):
        field: Any = row._meta.get_field(name)
        if field.related_model:  # a GenericForeignKey leads to rows of any model
            return field
    known = sorted(each.name for each in row._meta.get_fields() if each.related_model)
    raise FieldDoesNotExist(
        f"live_with of {live._meta.label} has {lookup!r}, and {row._meta.label} has no relation "
        f"{name!r} to one model. It has: {', '.join(known) or 'none'}."
    )


def _named(live: type[LiveModel]) -> set[str]:
    """Return every lookup in `live_with`, and the shorter lookups that it passes through."""
    return {
        LOOKUP_SEP.join(lookup.split(LOOKUP_SEP)[: length + 1])
        for lookup in live.live_with
        for length in range(lookup.count(LOOKUP_SEP) + 1)
    }


def _link_to(step: Step) -> str | None:
    """Return the field of a many-to-many's `through` model that leads back; None if it has none.

    Fields of packages, such as those for tags, may have none.
    """
    field: Any = step.field if step.forward else step.field.field
    if not isinstance(field, models.ManyToManyField):
        return None
    names: Any = field
    name: str = names.m2m_field_name() if step.forward else names.m2m_reverse_field_name()
    return name
