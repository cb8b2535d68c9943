"""Snapshots: the items of a stream, and the cursor of exactly that state."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from django.db import DatabaseError, connections

from stoppress.live.database import log_database
from stoppress.live.errors import InvalidItem
from stoppress.live.log.history import read_head
from stoppress.live.log.reading import is_refused_write, own_connection, reading
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.items import check_order
from stoppress.live.script_prefix import site_prefix

from .items import encoded_item
from .live_model import LiveModel
from .marked_object import identity_of
from .registry import NamedStream, find_registered
from .shown import record_shown


@dataclass(frozen=True)
class Snapshot:
    """A stream's state at `cursor`, or the part of it below an order.

    Attributes:
        floor: the lowest order it includes; None where nothing is below it.
        items: at most `limit`, the largest order first, as they are on the wire.
    """

    stream: str
    cursor: Cursor
    limit: int
    floor: str | None
    items: list[dict[str, Any]]


@dataclass(frozen=True)
class _Range:
    """A requested part of a stream: up to `limit` items below an order; None: the newest."""

    named: NamedStream
    below: str | None
    limit: int


def snapshot(name: str, *, below: str | None = None, limit: int | None = None) -> Snapshot:
    """Return what a stream holds now.

        latest = live.snapshot("scores").items[0]
        older = live.snapshot("posts:42", below=page.floor)

    Args:
        below: an order; only items of a smaller one are returned. The stream's function must
            accept `below`.
        limit: how many items at most; without it, the stream's.

    Raises:
        UnknownStream: no registered stream has that name.
        ValueError: the stream is not ranged, `below` is no order, or `limit` is below 1.
    """
    named = find_registered(name)
    if below is not None:
        check_order(below)
        if not named.stream.ranged:
            raise ValueError(
                f"{name!r} has no older items to read: its function, "
                f"{getattr(named.stream.take, '__qualname__', named.stream.take)}, must accept "
                "`below`, as live.stream describes."
            )
    limit = named.stream.limit if limit is None else limit
    if limit < 1:
        raise ValueError(f"limit must be 1 or more; it is {limit}.")
    with site_prefix():
        return _snapshot(_Range(named, below, limit))


def _snapshot(asked: _Range) -> Snapshot:
    named = asked.named
    refused: list[DatabaseError] = []
    try:
        with reading(), _noting_refused_writes(refused):
            cursor = _read_head(named.name)
            snapshot = _of_items(asked, cursor, _items(named, _found(asked)))
    except Exception:
        if not refused:
            raise
    if not refused:
        return snapshot
    # A template may write, for example a picture's rendition. Data read outside of the transaction
    # may also be newer than the cursor.
    with own_connection():
        with reading():
            cursor = _read_head(named.name)
        return _of_items(asked, cursor, _items(named, _found(asked)))


@contextmanager
def _noting_refused_writes(refused: list[DatabaseError]) -> Iterator[None]:
    """Record the writes that the database refuses in the block: a tag may swallow the error."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if is_refused_write(error):
                refused.append(error)
            raise

    with connections[log_database()].execute_wrapper(note):
        yield


def _read_head(name: str) -> Cursor:
    # The head is read before the items. If the transaction sees later commits, the items are
    # newer than the cursor, and replaying those events changes nothing.
    cursor = read_head(name).cursor
    record_shown(name, cursor)
    return cursor


def _found(asked: _Range) -> list[Any]:
    """Return the result of the stream's function, with live objects as they are published."""
    named, limit = asked.named, asked.limit
    below = {} if asked.below is None else {"below": asked.below}
    found = list(islice(named.stream.take(limit=limit, **named.parameters, **below), limit + 1))
    by_model: dict[Any, dict[Any, Any]] = defaultdict(dict)
    for each in found:
        if isinstance(each, LiveModel) and _is_read_again(each):
            model, pk = identity_of(each)
            by_model[model][pk] = None
    for model, rows in by_model.items():
        read = model.live_queryset().using(log_database()).filter(pk__in=list(rows))
        rows |= {row.pk: row for row in read}
    published = (_published(each, by_model) for each in found)
    return [each for each in published if each is not None]


def _published(each: Any, by_model: Mapping[Any, Mapping[Any, Any]]) -> Any:
    """Return an object as it was read again; None if `live_queryset` does not have it."""
    if not isinstance(each, LiveModel):
        return each
    model, pk = identity_of(each)
    return by_model[model].get(pk) if model in by_model else each


def _is_read_again(live_object: LiveModel) -> bool:
    """Return whether an object may lack data of its item: annotations, or a child's fields."""
    model = live_object.live_model()
    own = model.live_queryset.__func__ is not LiveModel.live_queryset.__func__  # type: ignore[attr-defined]
    return own or type(live_object) is not model


def _items(named: NamedStream, found: Iterable[Any]) -> list[dict[str, Any]]:
    # A page renders the same values that a frame carries: those of the item's JSON.
    return [json.loads(encoded_item(each, named)[1]) for each in found]


def _of_items(asked: _Range, cursor: Cursor, items: list[dict[str, Any]]) -> Snapshot:
    named, limit = asked.named, asked.limit
    if asked.below is not None and items and items[0]["order"] >= asked.below:
        raise InvalidItem(
            f"The items of {named.name!r} below {asked.below!r} begin with {items[0]['key']!r} of "
            f"order {items[0]['order']!r}: return only items whose order is smaller."
        )
    for above, below in pairwise(items):
        if below["order"] > above["order"]:
            raise InvalidItem(
                f"The snapshot of {named.name!r} is out of order at {below['key']!r}: "
                "return the largest order first. Text is compared by code points: on PostgreSQL "
                'sort it by Collate("…", "C").'
            )
    items.sort(key=lambda item: str(item["key"]))
    items.sort(key=lambda item: str(item["order"]), reverse=True)
    shown = items[:limit]
    floor = shown[-1]["order"] if len(items) > limit else None
    return Snapshot(named.name, cursor, limit, floor, shown)
