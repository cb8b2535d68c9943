"""The hub's database reads: each is one transaction, on a thread of the hub."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stoppress.live.clock import has_clock, machine_clock
from stoppress.live.database import log_database
from stoppress.live.delivery.cached_snapshot import CachedSnapshot
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.errors import LiveError
from stoppress.live.log.history import (
    Head,
    read_after,
    read_head,
    read_heads,
    read_links,
    read_recent,
)
from stoppress.live.log.reading import reading
from stoppress.live.models import Installation
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.snapshots import snapshot

logger = logging.getLogger("stoppress.live")

# Events of a stream that are read in advance for its first reader: most readers resume from near
# the head.
RECENT_EVENTS = 250


@dataclass(frozen=True)
class Growth:
    """What a look found in one stream: new events, or why they do not continue the known head."""

    head: Head
    frames: list[Frame]
    reset: str | None = None


@dataclass(frozen=True)
class Look:
    """The result of a look at some streams; `floors` says where each log begins now."""

    growths: dict[str, Growth]
    floors: dict[str, Cursor]


def open_stream(name: str) -> OpenStream | None:
    """Open a stream: read its recent events. Return None where there is no such stream."""
    named = find(name)
    if named is None:
        return None
    with reading():
        if has_clock() and not machine_clock.compared:
            machine_clock.compare()  # before the first hello, which has a time
        if not named.exists():
            return None
        head = read_head(name)
        try:
            start, recent = read_recent(name, head, RECENT_EVENTS)
        except LiveError as error:
            logger.error("%s", error)
            start, recent = head.cursor, []
        return OpenStream(named, head.floor, start, recent)


def exists(name: str) -> bool:
    """Return whether the site has such a stream now."""
    named = find(name)
    if named is None:
        return False
    with reading():
        return named.exists()


def look(known: Mapping[str, Cursor], limit: int) -> Look:
    """Read the events after the known heads of some streams.

    It takes one query for all heads, and one more for each stream whose head has moved.
    """
    with reading():
        heads = read_heads(known)
        growths = {
            name: _growth(name, known[name], head, limit)
            for name, head in heads.items()
            if head.cursor != known[name]
        }
    return Look(growths, {name: head.floor for name, head in heads.items()})


def _growth(name: str, known: Cursor, head: Head, limit: int) -> Growth:
    if known.position < head.floor.position:
        return Growth(head, [], "trimmed")
    try:
        frames = read_after(name, known, head, limit)
    except LiveError as error:
        # One damaged log must not stop the delivery of the others.
        logger.error("%s", error)
        frames = None
    return Growth(head, [], "fork") if frames is None else Growth(head, frames)


def check(cursors: Sequence[tuple[str, Cursor]]) -> dict[str, str | None]:
    """Return why readers cannot resume from cursors: `trimmed`, `fork`, `ahead`; else None.

    Args:
        cursors: stream names and cursors, one each; two queries serve them all.
    """
    with reading():
        heads = read_heads([name for name, _ in cursors])
        held = read_links(cursors)
    return {name: _why_not(cursor, heads[name], held.get(name)) for name, cursor in cursors}


def _why_not(cursor: Cursor, head: Head, link: str | None) -> str | None:
    if cursor.position > head.cursor.position:
        return "ahead"
    if cursor.position < head.floor.position:
        return "trimmed"
    at_floor = cursor.position == head.floor.position
    return None if cursor.link == (head.floor.link if at_floor else link) else "fork"


def read_replay_page(name: str, cursor: Cursor, limit: int) -> list[Frame] | str:
    """Return up to `limit` events after a cursor, or why the reader cannot resume there."""
    with reading():
        head = read_head(name)
        if cursor.position > head.cursor.position:
            return "ahead"
        if cursor.position < head.floor.position:
            return "trimmed"
        try:
            frames = read_after(name, cursor, head, limit)
        except LiveError as error:
            logger.error("%s", error)
            frames = None
    return "fork" if frames is None else frames


def check_database() -> None:
    """Read something, to find out whether the database answers."""
    with reading():
        Installation.objects.using(log_database()).exists()


def compare_clocks() -> None:
    """Compare this machine's clock with the database's; on SQLite they are one."""
    if has_clock():
        with reading():
            machine_clock.compare()


def take_snapshot(name: str) -> CachedSnapshot:
    """Return what a stream holds now, encoded for all readers that wait for it."""
    return CachedSnapshot(snapshot(name))
