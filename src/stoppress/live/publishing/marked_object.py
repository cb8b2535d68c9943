"""An object of a live model that the open transaction changed."""

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db import connections, models
from django.db.models.constants import LOOKUP_SEP

from stoppress.live.database import batches
from stoppress.live.log.marks import State, Subject
from stoppress.live.log.outbox import Outbox
from stoppress.live.log.transaction import mark
from stoppress.live.protocol.items import (
    EVENT_CHARS,
    check_event,
    check_key,
    check_version,
    is_key,
)
from stoppress.live.protocol.names import NAME
from stoppress.live.script_prefix import site_prefix

from .items import items_by_stream
from .registry import check_stream


@dataclass(frozen=True)
class MarkedObject(Subject):
    """An object by model and primary key, with the keys and streams that showed it before.

    Attributes:
        model: a `LiveModel`.
        shown: the keys that it had, each with the streams that showed it.
        created: the transaction created the object.
        noted: `shown` was read before the change; for a touch it was not.
    """

    model: Any
    pk: Any
    shown: Mapping[str, frozenset[str]]
    created: bool = False
    noted: bool = True

    @classmethod
    def found(cls, stored: Any) -> Self:
        """Return a mark of an object that is about to change; `stored` is the object as stored."""
        model, pk = identity_of(stored)
        streams = frozenset(filter(NAME.fullmatch, _streams(stored)))
        key = stored.live_key()
        # An invalid key or stream was never published, and the change may correct it.
        return cls(model, pk, {key: streams} if is_key(key) else {})

    @property
    def identity(self) -> Hashable:
        return self.model, self.pk

    @property
    def before(self) -> Mapping[str, frozenset[str]]:
        return self.shown

    def joined(self, later: Self) -> Self:
        shown = dict(self.shown)
        for key, streams in later.shown.items():
            shown[key] = shown.get(key, frozenset()) | streams
        return replace(self, shown=shown, noted=self.noted or later.noted)

    @property
    def put_event(self) -> str:
        return self._event("created" if self.created else "changed")

    def remove_event(self, *, gone: bool) -> str:
        return self._event("deleted" if gone else "left")

    def _event(self, what: str) -> str:
        return event_of(self.model._meta.model_name, what)

    @classmethod
    def read(cls, subjects: Sequence[Self], using: str) -> list[State | None]:
        by_model: dict[Any, list[Any]] = defaultdict(list)
        for subject in subjects:
            by_model[subject.model].append(subject.pk)
        found: dict[Hashable, Any] = {}
        for model, pks in by_model.items():
            for some in batches(pks):
                rows = model.live_queryset().using(using).filter(pk__in=some)
                found |= {(model, row.pk): row for row in rows}
        objects = (found.get(subject.identity) for subject in subjects)
        with site_prefix():
            return [None if each is None else _state_with_note(each) for each in objects]


def event_of(model_name: str, what: str) -> str:
    """Return the name of an event of an object, such as `match.changed`.

    A model's name may be longer than an event's name, or have other letters: it is cut, and its
    letters lose their accents. An event's name is for people; it identifies nothing.
    """
    letters = unicodedata.normalize("NFKD", model_name).encode("ascii", "ignore").decode()
    name = letters.strip("_")[: EVENT_CHARS - len(what) - 1]
    return check_event(f"{name or 'object'}.{what}")


def locked_rows(model: Any, using: str) -> Any:
    """Return a queryset of a model's objects, locked until the transaction ends.

    With model inheritance an object has several rows. They are locked in the order in which Django
    writes them, the topmost parent's first: otherwise two transactions that save the object could
    deadlock.
    """
    # Rows that a manager joins may be missing, and cannot be locked then.
    rows = model._base_manager.using(using).select_related(None)
    if not _can_be_locked(rows.query):
        rows = models.QuerySet(model, using=using)
    return rows.select_for_update(of=(*_parent_links(model), "self"), no_key=True)


def _can_be_locked(query: Any) -> bool:
    """Return whether each row of a query is a row of the table: not grouped or aggregated."""
    counted = (
        each.contains_aggregate or each.contains_over_clause for each in query.annotations.values()
    )
    return not (query.distinct or query.combinator or query.is_sliced or any(counted))


def _parent_links(model: Any, start: str = "") -> Iterator[str]:
    for parent, link in model._meta.concrete_model._meta.parents.items():
        if link is not None:
            yield from _parent_links(parent, f"{start}{link.name}{LOOKUP_SEP}")
            yield start + link.name


def mark_stored(stored: Any, using: str) -> None:
    """Mark an object that is about to change, with the streams that show its stored state."""
    model, pk = identity_of(stored)
    # An earlier mark has its state from before the transaction.
    known = Outbox.of(connections[using]).has((model, pk))
    mark(MarkedObject(model, pk, {}) if known else MarkedObject.found(stored), using)


def identity_of(live_object: Any) -> tuple[Any, Any]:
    """Return an object's model and primary key: its identity in all marks."""
    model = live_object.live_model()
    fields = model._meta.pk_fields
    values = tuple(field.to_python(getattr(live_object, field.attname)) for field in fields)
    return model, values if len(fields) > 1 else values[0]


def _streams(live_object: Any) -> Iterable[str]:
    streams: Iterable[str] = live_object.live_streams()
    if isinstance(streams, str):
        raise TypeError(f"live_streams() of {live_object!r} must return a list: [{streams!r}]")
    if not isinstance(streams, Iterable):
        raise TypeError(
            f"live_streams() of {live_object!r} must return a list, which is empty where the "
            f"object is hidden; it returned {streams!r}."
        )
    streams = list(streams)
    if wrong := [name for name in streams if not isinstance(name, str)]:
        raise TypeError(
            f"live_streams() of {live_object!r} must return names of streams; it returned "
            f"{wrong[0]!r}."
        )
    return streams


def _state_with_note(live_object: Any) -> State:
    try:
        return _state(live_object)
    except Exception as error:  # any exception of the site's methods is passed on
        model = live_object._meta.label
        error.add_note(f"Raised while {model} {live_object.pk!r} was read to be published.")
        raise


def _state(live_object: Any) -> State:
    streams = frozenset(check_stream(stream) for stream in _streams(live_object))
    if not streams:
        return State(check_key(live_object.live_key()), None, {})
    items = items_by_stream(live_object, streams)
    item, _ = next(iter(items.values()))
    texts = {stream: text for stream, (_, text) in items.items()}
    return State(check_key(item["key"]), check_version(item.get("version")), texts)
