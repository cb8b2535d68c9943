"""Compares what readers report about their pages with the log: the proof in production."""

import logging

from stoppress.live import conf, metrics
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.applied import LONGEST_DELAY_MS, Applied

logger = logging.getLogger("stoppress.live")

# The metric's label for an answer sent just before rewritten history was found.
CROSSED = "crossed"


def observe(applied: Applied, most: float = LONGEST_DELAY_MS / 1000) -> None:
    """Record the delay of a reader's answer in the metrics.

    Args:
        most: upper limit in seconds, since the reader can report any number.
    """
    if applied.delay_ms > 0:
        metrics.PUBLISH_TO_PAGE.observe(min(applied.delay_ms / 1000, most))


def is_known(hub: Hub, applied: Applied, asked: set[str]) -> bool:
    """Return whether the cursors of a reader's page are in this process's memory.

    They nearly always are, so the log rarely has to be read.

    Args:
        asked: as for `attest`.
    """
    return all(
        name in hub.streams and hub.streams[name].ring.holds(applied.cursors[name])
        for name in asked & applied.cursors.keys()
    )


async def attest(
    hub: Hub, applied: Applied, asked: set[str], reader: str, told_at: float | None = None
) -> bool:
    """Return whether the cursors of a reader's page are in the log.

    Args:
        asked: the streams that the reader has asked for; others are ignored.
        reader: the reader's address, for the log message.
        told_at: when the answered heartbeat was sent, by the event loop's clock. If unknown, at
            most one heartbeat interval ago.
    """
    for name in asked & applied.cursors.keys():
        cursor = applied.cursors[name]
        if await hub.holds(name, cursor):
            continue
        if _is_being_told(hub, name, told_at):
            metrics.CLAIMS_REFUSED.labels(CROSSED).inc()
            continue
        metrics.DIVERGENCES.inc()
        logger.error(
            "the page of reader %r is at %s@%s, which is not in the log", reader, name, cursor
        )
        return False
    return True


def _is_being_told(hub: Hub, name: str, told_at: float | None) -> bool:
    """Return whether history was rewritten since the heartbeat: the answer crossed the snapshot."""
    stream = hub.streams.get(name)
    restarted = stream.restarted_at if stream is not None else None
    since = hub.now() - conf.get("HEARTBEAT") if told_at is None else told_at
    return restarted is not None and since <= restarted
