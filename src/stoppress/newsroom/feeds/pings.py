"""Tell the WebSub hub of every change at least once, even if the worker is killed.

1. The stream `wire` has every public event. `HubPlace` stores the cursor of the last event that
   the hub was told of.
2. When there are later events, wait until no shared cache keeps an older feed.
3. Tell the hub of each feed that has changed, once for all these events.
4. Store the new cursor when the hub has answered for every feed. If the process ends before that,
   the next one begins at the stored cursor.
"""

import asyncio
import json
import logging
import random
import threading
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.conf import settings
from django.db import connections

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.live.log.history import Head, read_after, read_head
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.script_prefix import site_prefix
from stoppress.newsroom.models import HubPlace
from stoppress.newsroom.stream_names import WIRE
from stoppress.outside.http import site_rules

from .changed import changed_feeds
from .hub import HubAnswers, tell_hub

logger = logging.getLogger("stoppress.newsroom.feeds")

# Shared caches keep a feed for so long (`live.shared_pages`); the hub would get the old one.
SETTLE_SECONDS = 2.0
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 5.0, 3600.0
PAGE = 1000  # events read at once
MOST_KEYS = 500  # keys in one query; for more, the feeds of all keys are looked for
# If the log does not have the cursor (it was trimmed, or a backup was restored), tell the hub of
# all feeds that changed in this time.
LOST = timedelta(days=1)


class HubPings:
    """Tells the hub of changed feeds, in a new thread for each batch of events.

    Args:
        settle: the seconds to wait before a batch.
    """

    def __init__(self, settle: float = SETTLE_SECONDS) -> None:
        self._settle = settle
        self._batch: threading.Thread | None = None
        self._read: Cursor | None = None  # the last event read; None before the first batch
        self._pending: set[str] = set()  # paths of feeds that the hub was not told of yet
        self._retries = 0
        self._not_before = 0.0
        self._failure = ""

    def look(self) -> None:
        """Begin a batch if feeds have changed; return at once.

        Call this only while this process is the background worker.
        """
        hub, site = _hub(), str(getattr(settings, "STOPPRESS_URL", ""))
        if not (hub and site) or monotonic() < self._not_before:
            return
        if self._batch is not None and self._batch.is_alive():
            return
        with live.reading():
            head = read_head(WIRE).cursor
        if self._pending or head != self._read:
            self._batch = threading.Thread(
                target=self._run, args=(hub, site), name="stoppress-hub", daemon=True
            )
            self._batch.start()

    def forget(self) -> None:
        """Begin at the stored cursor again, because another process was the worker meanwhile."""
        if self._batch is None or not self._batch.is_alive():
            self._read, self._pending = None, set()

    def wait(self) -> None:
        """Wait for the end of the current batch."""
        if self._batch is not None:
            self._batch.join()

    def _run(self, hub: str, site: str) -> None:
        try:
            sleep(self._settle)  # in a separate thread, so nothing else waits
            with site_prefix():
                self._tell(hub, site)
        except Exception as error:
            self._retry(repr(error), 0.0)
            self._read, self._pending = None, set()
        finally:
            connections.close_all()

    def _tell(self, hub: str, site: str) -> None:
        self._collect(hub)
        answers = asyncio.run(tell_hub(hub, {site + each for each in self._pending}, site_rules()))
        for feed, why in answers.refused.items():
            logger.warning("the WebSub hub %s refuses the feed %s: %s", hub, feed, why)
        before, self._pending = self._pending, {each.removeprefix(site) for each in answers.failed}
        if self._pending:
            if len(self._pending) < len(before):
                self._retries = 0  # the hub answers: tell it of the rest soon
            self._retry(_why(answers), answers.wait)
            return
        if self._read is not None:
            HubPlace.objects.update_or_create(hub=hub, defaults={"cursor": str(self._read)})
        if self._failure:
            logger.info("the WebSub hub %s answers again", hub)
        self._failure, self._retries, self._not_before = "", 0, 0.0

    def _collect(self, hub: str) -> None:
        """Read the events since the last batch; a new hub begins at the end of the log."""
        if self._read is None:
            begin = {"cursor": str(read_head(WIRE).cursor)}
            place, _ = HubPlace.objects.get_or_create(hub=hub, defaults=begin)
            self._read = parse_cursor(place.cursor)
        with live.reading():
            head = read_head(WIRE)
            self._pending |= self._changed(head)
            self._read = head.cursor

    def _changed(self, head: Head) -> set[str]:
        keys: set[str] = set()
        since = None
        place = self._read
        while place != head.cursor:
            frames = None if place is None else read_after(WIRE, place, head, PAGE)
            if frames is None:
                return changed_feeds(database_time() - LOST)
            since = since or datetime.fromisoformat(json.loads(frames[0].data)["time"])
            keys.update(frame.key for frame in frames)
            place = frames[-1].cursor
        return changed_feeds(since, keys if len(keys) <= MOST_KEYS else None) if since else set()

    def _retry(self, why: str, asked: float) -> None:
        longest = min(FIRST_RETRY_SECONDS * 2**self._retries, LONGEST_RETRY_SECONDS)
        wait = min(max(random.uniform(longest / 2, longest), asked), LONGEST_RETRY_SECONDS)
        self._retries = min(self._retries + 1, 20)
        self._not_before = monotonic() + wait
        if why != self._failure:
            logger.warning("the WebSub hub could not be told of changes: %s; trying again", why)
        self._failure = why


def _hub() -> str:
    return str(getattr(settings, "STOPPRESS_WEBSUB_HUB", ""))


def _why(answers: HubAnswers) -> str:
    feed, why = next(iter(sorted(answers.failed.items())))
    return f"{feed}: {why}"
