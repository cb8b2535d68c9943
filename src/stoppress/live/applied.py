"""What readers say is on their pages, held against the log: the proof in production."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from . import conf, metrics
from .cursor import Cursor, parse_cursor

if TYPE_CHECKING:
    from .hub import Hub

logger = logging.getLogger("stoppress.live")

# A delay beyond this is a clock's jump, not a measurement.
LONGEST_DELAY_MS = 600_000


@dataclass(frozen=True)
class Applied:
    """A reader's answer to a heartbeat: where its page is, and its worst delay in milliseconds."""

    cursors: Mapping[str, Cursor]
    delay_ms: float


# Readers who were sent the same, and have been sent no event since, say the same.
@lru_cache(maxsize=64)
def read_applied(message: str) -> Applied | None:
    """Return what an `applied` message says; None for another message, or one that makes no sense.

    `{"type":"applied","cursors":{"news":"1042-77ab03cc19e02d44"},"delay_ms":41}`

    Raises:
        ValueError: the message is no JSON object.
    """
    try:
        told = json.loads(message)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(told, dict):
        raise ValueError("not an object")
    cursors, delay = told.get("cursors"), told.get("delay_ms", 0)
    if told.get("type") != "applied" or not isinstance(cursors, dict):
        return None
    read = {name: parse_cursor(text) for name, text in cursors.items() if isinstance(text, str)}
    known = {name: cursor for name, cursor in read.items() if cursor is not None}
    if not isinstance(delay, int | float) or not 0 <= delay <= LONGEST_DELAY_MS:
        delay = 0
    return Applied(known, delay)


def observe(applied: Applied) -> None:
    """Feed the delay of a reader's answer to the metrics."""
    if applied.delay_ms > 0:
        metrics.PUBLISH_TO_PAGE.observe(applied.delay_ms / 1000)


def is_known(hub: "Hub", applied: Applied, asked: set[str]) -> bool:
    """Say whether a reader's page is in this process's memory, where it nearly always is.

    Args:
        asked: as for `attest`.
    """
    return all(
        name in hub.feeds and hub.feeds[name].ring.holds(applied.cursors[name])
        for name in asked & applied.cursors.keys()
    )


async def attest(hub: "Hub", applied: Applied, asked: set[str], reader: str) -> bool:
    """Say whether a reader's page is in the log.

    Args:
        asked: the streams that the reader has asked for; others are none of its business.
        reader: who it is, for the log.
    """
    for name in asked & applied.cursors.keys():
        cursor = applied.cursors[name]
        if not await hub.holds(name, cursor) and not _is_being_told(hub, name):
            metrics.DIVERGENCES.inc()
            logger.error(
                "the page of %r is at %s@%s, which is not in the log", reader, name, cursor
            )
            return False
    return True


def _is_being_told(hub: "Hub", name: str) -> bool:
    """Say whether history has just changed: the answer may have crossed the snapshot."""
    feed = hub.feeds.get(name)
    restarted = feed.restarted_at if feed is not None else None
    return restarted is not None and hub.now() - restarted < conf.get("HEARTBEAT")
