"""Plan the next poll of a source, by the result of the last one."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import Answer, FetchError, Outcome
from stoppress.outside.retry_after import seconds_asked

from .freshness import freshness
from .pace import LOOKED_AT, pace
from .waits import Said, wait

MOST_FAILURES = 32_767


def plan(
    source: Source,
    fetched: Outcome | None,
    healthy: bool,
    now: datetime,
    chance: Callable[[], float] = random.random,
) -> None:
    """Set a source's `next_poll`, `failures` and `failing_since`; save nothing.

    Args:
        source: with the `ttl` of its document.
        fetched: the outcome of the fetch; None if the poll itself failed.
        healthy: whether the feed was read, or has not changed.
        now: the database's time.
    """
    if healthy:
        source.failures, source.failing_since = 0, None
    else:
        source.failures = min(source.failures + 1, MOST_FAILURES)
        source.failing_since = source.failing_since or now
    ended = isinstance(fetched, FetchError) and fetched.gone
    if ended or source.is_file:  # a file is read by the command line only
        source.next_poll = None
        return
    source.next_poll = now + timedelta(seconds=wait(_said(source, fetched, now), chance))


def _said(source: Source, fetched: Outcome | None, now: datetime) -> Said:
    dated = source.seen.filter(published__lte=now).order_by("-published")
    dates = dated.values_list("published", flat=True)[:LOOKED_AT]
    usual, ttl = pace([date for date in dates if date], now), float(source.ttl)
    if isinstance(fetched, FetchError):
        asked = seconds_asked(fetched.retry_after, now)
        return Said(usual, ttl, 0.0, True, source.failures, fetched.status, asked)
    if isinstance(fetched, Answer):
        fresh = freshness(fetched.headers, now)
        validators = bool(source.etag or source.last_modified)
        return Said(usual, ttl, fresh, validators, source.failures)
    return Said(usual, ttl, failures=source.failures)
