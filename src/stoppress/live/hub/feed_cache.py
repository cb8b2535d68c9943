"""The feed cache of a hub: its streams' feeds, current when asked for, and bounded in size."""

import asyncio
from collections.abc import Iterable

from stoppress.live import conf
from stoppress.live.delivery.feed import Feed
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.errors import UnknownStream

from . import queries
from .shared_reads import SharedReads
from .watch import Watch

# Most streams without readers that are kept: the ones asked for last.
IDLE_FEEDS = 1000
# Seconds for which the site's answer that a stream exists is reused.
FOUND_FOR = 10.0
# Feeds measured, and feeds dropped, between two turns of the event loop: a few milliseconds each.
_WEIGHED, _LET_GO = 500, 10


class FeedCache:
    """Opens the feeds of one hub, and drops what exceeds the limits.

    Args:
        feeds: the hub's feeds, by stream name.
    """

    def __init__(self, feeds: dict[str, Feed], watch: Watch, reads: SharedReads) -> None:
        self._feeds = feeds
        self._watch = watch
        self._reads = reads
        self._loop = asyncio.get_running_loop()
        self._tracked: set[Subscription] = set()
        # Two runs at once would each drop the whole excess.
        self._tidying = asyncio.Lock()

    async def feed(self, name: str) -> Feed:
        """Return the feed of a stream, as current as a look or read that ended after the call.

        Raises:
            UnknownStream: there is no such stream, or no longer.
        """
        # Checked again after each wait: the feed may have been dropped meanwhile.
        while (found := self.current_feed(name)) is None:
            feed = self._feeds.get(name)
            if feed is None:
                await self._open(name)
            elif self._must_be_found(feed):
                await self._find_again(feed)
            else:
                await self._watch.look()
        return found

    def current_feed(self, name: str) -> Feed | None:
        """Return the feed of a stream if it is current without a read; else None."""
        feed = self._feeds.get(name)
        if feed is None:
            return None
        feed.idle_since = self._loop.time()
        return feed if feed.followed and not self._must_be_found(feed) else None

    def _must_be_found(self, feed: Feed) -> bool:
        """Return whether the site must be asked again whether the stream exists."""
        exists = feed.named.stream.exists
        return exists is not None and self._loop.time() - feed.found_at > FOUND_FOR

    async def _open(self, name: str) -> None:
        asked_at = self._loop.time()
        opened = await self._reads.shared("open", queries.open_feed, name)
        if opened is None:
            raise UnknownStream(name)
        if name not in self._feeds:
            opened.found_at = asked_at
            self._feeds[name] = opened
            # A wake-up for this stream may have come while it was opened.
            self._watch.look_soon()

    async def _find_again(self, feed: Feed) -> None:
        asked_at = self._loop.time()
        if not await self._reads.shared("exists", queries.exists, feed.name):
            if not feed.audience and self._feeds.get(feed.name) is feed:
                del self._feeds[feed.name]
            raise UnknownStream(feed.name)
        feed.found_at = asked_at

    def track(self, subscription: Subscription) -> None:
        """Count the page or snapshot that a subscription holds towards RING_BYTES."""
        self._tracked.add(subscription)

    async def tidy(self, now: float) -> None:
        """Drop feeds that are idle for too long, and whatever exceeds RING_BYTES.

        It drops in this order:

        1. feeds without readers, the longest idle first
        2. pages and snapshots held for single readers, which read them again when they need them
        3. the older halves of large rings

        Args:
            now: the event loop's clock.
        """
        async with self._tidying:
            await self._tidy(now)

    async def _tidy(self, now: float) -> None:
        size = await self._weigh(self._feeds.values()) + self._weigh_tracked()
        most, last = conf.whole("RING_BYTES"), now - conf.get("RING_IDLE")
        idle = sorted(
            (feed for feed in self._feeds.values() if not feed.audience),
            key=lambda feed: feed.idle_since,
        )
        for count, feed in enumerate(idle):
            few = len(idle) - count <= IDLE_FEEDS
            if few and size <= most and feed.idle_since >= last:
                break
            # A reader may have joined meanwhile.
            if not feed.audience and self._feeds.get(feed.name) is feed:
                size -= feed.size
                del self._feeds[feed.name]
            if count % _LET_GO == 0:
                await asyncio.sleep(0)
        if size > most:
            size -= self._take_back()
        before = None
        while size > most and size != before:
            before, size = size, await self._shrink(size, most)

    async def _weigh(self, feeds: Iterable[Feed]) -> int:
        size = 0
        for count, feed in enumerate(list(feeds), start=1):
            size += feed.size
            if count % _WEIGHED == 0:
                await asyncio.sleep(0)
        return size

    def _weigh_tracked(self) -> int:
        """Return the bytes held for single readers; what several share counts once."""
        self._tracked = {
            s for s in self._tracked if s.connection.open and (s.replay_page or s.fresh)
        }
        held: dict[int, int] = {}
        for subscription in self._tracked:
            page, fresh = subscription.replay_page, subscription.fresh
            if page:
                held[page.shared] = max(held.get(page.shared, 0), page.size)
            if fresh is not None and fresh is not subscription.feed.snapshot:
                held[id(fresh)] = fresh.size
        return sum(held.values())

    def _take_back(self) -> int:
        size = self._weigh_tracked()
        for subscription in self._tracked:
            subscription.forget()
        self._tracked.clear()
        return size

    async def _shrink(self, size: int, most: int) -> int:
        """Halve the feeds that have more than their share, until the size fits."""
        feeds = list(self._feeds.values())
        share, shrunk = most // max(1, len(feeds)), 0
        for count, feed in enumerate(feeds, start=1):
            if size <= most:
                break
            before = feed.size
            if before > share:
                feed.shrink()
                size += feed.size - before
                shrunk += 1
                if shrunk % _LET_GO == 0:
                    await asyncio.sleep(0)
            elif count % _WEIGHED == 0:
                await asyncio.sleep(0)
        return size
