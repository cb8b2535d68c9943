"""Snapshots: the items of a stream, and the cursor of exactly that state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from stoppress.live.errors import InvalidItem, UnknownStream
from stoppress.live.log.history import read_head
from stoppress.live.log.reading import reading
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.items import encode_item

from .live_model import LiveModel
from .registry import NamedStream, find
from .shown import record_shown


@dataclass(frozen=True)
class Snapshot:
    """A stream's state at `cursor`.

    Attributes:
        floor: the lowest order it includes; None where it includes everything.
        items: at most `limit`, the largest order first, as they are on the wire.
    """

    stream: str
    cursor: Cursor
    limit: int
    floor: str | None
    items: list[dict[str, Any]]


def snapshot(name: str) -> Snapshot:
    """Return what a stream holds now.

    Raises:
        UnknownStream: no registered stream has that name.
    """
    named = find(name)
    if named is None:
        raise UnknownStream(f"No registered stream has the name {name!r}.")
    with reading():
        # The head is read before the items. If the transaction sees later commits, the items are
        # newer than the cursor, and replaying those events changes nothing.
        head = read_head(name)
        record_shown(name, head.cursor)
        return _take(named, head.cursor)


def _take(named: NamedStream, cursor: Cursor) -> Snapshot:
    limit = named.stream.limit
    found = islice(named.stream.take(limit=limit, **named.parameters), limit + 1)
    # A page renders the same values that a frame carries: those of the item's JSON.
    items = [json.loads(encode_item(_item(each))) for each in found]
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


def _item(shown: LiveModel | Mapping[str, object]) -> Mapping[str, object]:
    return shown.wire_item() if isinstance(shown, LiveModel) else shown
