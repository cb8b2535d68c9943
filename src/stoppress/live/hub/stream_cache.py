"""The open streams of a hub: current when asked for, and bounded in size."""

import asyncio
from collections.abc import Iterable

from stoppress.live import conf
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.errors import UnknownStream

from . import queries
from .shared_reads import SharedReads
from .watch import Watch

# Most streams without readers that are kept: the ones asked for last.
IDLE_FEEDS = 1000
# Seconds for which the site's answer that a stream exists is reused.
FOUND_FOR = 10.0
# Streams measured, and streams dropped, between two turns of the event loop: a few ms each.
_WEIGHED, _LET_GO = 500, 10


class StreamCache:
    """Opens streams for one hub, and drops some when they exceed the limits.

    Args:
        streams: the hub's open streams, by name.
    """

    def __init__(self, streams: dict[str, OpenStream], watch: Watch, reads: SharedReads) -> None:
        self._streams = streams
        self._watch = watch
        self._reads = reads
        self._loop = asyncio.get_running_loop()
        self._tracked: set[Subscription] = set()
        # Two runs at once would each drop the whole excess.
        self._tidying = asyncio.Lock()

    async def stream(self, name: str) -> OpenStream:
        """Return an open stream that is at least as current as the log was at the call.

        Raises:
            UnknownStream: there is no such stream, or no longer.
        """
        # Checked again after each wait: the stream may have been dropped meanwhile.
        while (found := self.current_stream(name)) is None:
            stream = self._streams.get(name)
            if stream is None:
                await self._open(name)
            elif self._must_be_found(stream):
                await self._find_again(stream)
            else:
                await self._watch.look()
        return found

    def current_stream(self, name: str) -> OpenStream | None:
        """Return an open stream if it is current without a read; else None."""
        stream = self._streams.get(name)
        if stream is None:
            return None
        stream.idle_since = self._loop.time()
        return stream if stream.followed and not self._must_be_found(stream) else None

    def _must_be_found(self, stream: OpenStream) -> bool:
        """Return whether the site must confirm again that the stream exists."""
        exists = stream.named.stream.exists
        return exists is not None and self._loop.time() - stream.found_at > FOUND_FOR

    async def _open(self, name: str) -> None:
        asked_at = self._loop.time()
        opened = await self._reads.shared("open", queries.open_stream, name)
        if opened is None:
            raise UnknownStream(name)
        if name not in self._streams:
            opened.found_at = asked_at
            self._streams[name] = opened
            # A wake-up for this stream may have come while it was opened.
            self._watch.look_soon()

    async def _find_again(self, stream: OpenStream) -> None:
        asked_at = self._loop.time()
        if not await self._reads.shared("exists", queries.exists, stream.name):
            if not stream.audience and self._streams.get(stream.name) is stream:
                del self._streams[stream.name]
            raise UnknownStream(stream.name)
        stream.found_at = asked_at

    def track(self, subscription: Subscription) -> None:
        """Count the page or snapshot that a subscription holds towards RING_BYTES."""
        self._tracked.add(subscription)

    async def tidy(self, now: float) -> None:
        """Drop streams that are idle for too long, and memory that exceeds RING_BYTES.

        It drops in this order:

        1. streams without readers, the longest idle first
        2. pages and snapshots held for single readers, which read them again when they need them
        3. the older halves of large rings

        Args:
            now: the event loop's clock.
        """
        async with self._tidying:
            await self._tidy(now)

    async def _tidy(self, now: float) -> None:
        size = await self._weigh(self._streams.values()) + self._weigh_tracked()
        most, last = conf.whole("RING_BYTES"), now - conf.get("RING_IDLE")
        idle = sorted(
            (stream for stream in self._streams.values() if not stream.audience),
            key=lambda stream: stream.idle_since,
        )
        for count, stream in enumerate(idle):
            few = len(idle) - count <= IDLE_FEEDS
            if few and size <= most and stream.idle_since >= last:
                break
            # A reader may have joined meanwhile.
            if not stream.audience and self._streams.get(stream.name) is stream:
                size -= stream.size
                del self._streams[stream.name]
            if count % _LET_GO == 0:
                await asyncio.sleep(0)
        if size > most:
            size -= self._take_back()
        before = None
        while size > most and size != before:
            before, size = size, await self._shrink(size, most)

    async def _weigh(self, streams: Iterable[OpenStream]) -> int:
        size = 0
        for count, stream in enumerate(list(streams), start=1):
            size += stream.size
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
            if fresh is not None and fresh is not subscription.stream.snapshot:
                held[id(fresh)] = fresh.size
        return sum(held.values())

    def _take_back(self) -> int:
        size = self._weigh_tracked()
        for subscription in self._tracked:
            subscription.forget()
        self._tracked.clear()
        return size

    async def _shrink(self, size: int, most: int) -> int:
        """Halve the streams that have more than their share, until the size fits."""
        streams = list(self._streams.values())
        share, shrunk = most // max(1, len(streams)), 0
        for count, stream in enumerate(streams, start=1):
            if size <= most:
                break
            before = stream.size
            if before > share:
                stream.shrink()
                size += stream.size - before
                shrunk += 1
                if shrunk % _LET_GO == 0:
                    await asyncio.sleep(0)
            elif count % _WEIGHED == 0:
                await asyncio.sleep(0)
        return size
