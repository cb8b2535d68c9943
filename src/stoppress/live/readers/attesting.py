"""What readers say is on their pages, held against the log: the proof in production."""

import logging

from stoppress.live import conf, metrics
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.applied import LONGEST_DELAY_MS, Applied

logger = logging.getLogger("stoppress.live")

# An answer that was under way when history was found to be another.
CROSSED = "crossed"


def observe(applied: Applied, most: float = LONGEST_DELAY_MS / 1000) -> None:
    """Feed the delay of a reader's answer to the metrics.

    Args:
        most: seconds that it can be, whatever the reader says.
    """
    if applied.delay_ms > 0:
        metrics.PUBLISH_TO_PAGE.observe(min(applied.delay_ms / 1000, most))


def is_known(hub: Hub, applied: Applied, asked: set[str]) -> bool:
    """Say whether a reader's page is in this process's memory, where it nearly always is.

    Args:
        asked: as for `attest`.
    """
    return all(
        name in hub.feeds and hub.feeds[name].ring.holds(applied.cursors[name])
        for name in asked & applied.cursors.keys()
    )


async def attest(
    hub: Hub, applied: Applied, asked: set[str], reader: str, told_at: float | None = None
) -> bool:
    """Say whether a reader's page is in the log.

    Args:
        asked: the streams that the reader has asked for; others are none of its business.
        reader: who it is, for the log.
        told_at: when it was sent the heartbeat that it answers, by the event loop's clock; a
            heartbeat's interval ago at most where that is not known.
    """
    for name in asked & applied.cursors.keys():
        cursor = applied.cursors[name]
        if await hub.holds(name, cursor):
            continue
        if _is_being_told(hub, name, told_at):
            metrics.CLAIMS_REFUSED.labels(CROSSED).inc()
            continue
        metrics.DIVERGENCES.inc()
        logger.error("the page of %r is at %s@%s, which is not in the log", reader, name, cursor)
        return False
    return True


def _is_being_told(hub: Hub, name: str, told_at: float | None) -> bool:
    """Say whether history has changed since: the answer has crossed the snapshot."""
    feed = hub.feeds.get(name)
    restarted = feed.restarted_at if feed is not None else None
    since = hub.now() - conf.get("HEARTBEAT") if told_at is None else told_at
    return restarted is not None and since <= restarted
