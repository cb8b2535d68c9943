"""What the hub asks of the database, each in one read; runs in the hub's threads."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stoppress.live.delivery.cached_snapshot import CachedSnapshot
from stoppress.live.delivery.feed import Feed
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
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.snapshots import snapshot

logger = logging.getLogger("stoppress.live")

# Events of a stream that are read ahead when its first reader comes: most resumes are near.
RECENT_EVENTS = 250


@dataclass(frozen=True)
class Growth:
    """What a look found in one stream: new events, or why it does not go on from the known head."""

    head: Head
    frames: list[Frame]
    reset: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look at some streams found; `floors` is where each log begins now."""

    growths: dict[str, Growth]
    floors: dict[str, Cursor]


def open_feed(name: str) -> Feed | None:
    """Return a new feed of a stream; None where there is no such stream."""
    named = find(name)
    if named is None:
        return None
    with reading():
        if not named.exists():
            return None
        head = read_head(name)
        try:
            start, recent = read_recent(name, head, RECENT_EVENTS)
        except LiveError as error:
            logger.error("%s", error)
            start, recent = head.cursor, []
        return Feed(named, head.floor, start, recent)


def exists(name: str) -> bool:
    """Say whether there is a stream, as the site has it now."""
    named = find(name)
    if named is None:
        return False
    with reading():
        return named.exists()


def look(known: Mapping[str, Cursor], limit: int) -> Look:
    """Read what came after the known heads, of the streams where something did.

    One query for all heads, and one more for each stream whose head is another.
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
        # One damaged log must not keep the others from their readers.
        logger.error("%s", error)
        frames = None
    return Growth(head, [], "fork") if frames is None else Growth(head, frames)


def check(cursors: Sequence[tuple[str, Cursor]]) -> dict[str, str | None]:
    """Return why cursors cannot be gone on from: `trimmed`, `fork`, `ahead`; else None.

    Args:
        cursors: with their streams, one each; it takes two queries for all.
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


def read_page(name: str, cursor: Cursor, limit: int) -> list[Frame] | str:
    """Return up to `limit` events after a cursor, or why there are none to go on from."""
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


def take_snapshot(name: str) -> CachedSnapshot:
    """Return what a stream holds now, for all who ask while it is being read."""
    return CachedSnapshot(snapshot(name))
