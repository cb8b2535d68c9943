"""The watch of a hub: looks at the log whenever it may have grown, and takes in what has come."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping

from stoppress.live import conf, metrics
from stoppress.live.database import log_database
from stoppress.live.delivery.broadcast import broadcast
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.feed import Feed
from stoppress.live.log.wiping import wipe_soon
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from stoppress.live.relays.start import start_relays

from . import queries
from .shared_reads import SharedReads

logger = logging.getLogger("stoppress.live")

# Events of one read of the log: bounds the memory and the time that a reader far behind costs.
PAGE_EVENTS = 500
# A wake-up that comes this much after the look which found its event was late, not lost.
LATE_SECONDS = 1.0
# Seconds that looks go on to ask about a stream without readers: longer than polls are apart.
FOLLOWED_FOR = 5.0


class Watch:
    """Follows the log for one hub, on its event loop.

    Args:
        feeds: the hub's, by their streams' names.
        pump: writes to a connection what there is to write.

    Attributes:
        begun: looks that have begun.
        done: the last of them that has ended well, by its number.
    """

    def __init__(self, feeds: Mapping[str, Feed], pump: Callable[[Connection], None]) -> None:
        self._feeds = feeds
        self._pump = pump
        self._loop = asyncio.get_running_loop()
        # A thread of their own: no snapshot of the site's may hold up the news, or a purge.
        self._reads = SharedReads(threads=1)
        self._woken = asyncio.Event()
        self._last_wake = 0.0
        self._looking: asyncio.Task[None] | None = None
        self.begun = 0
        self.done = 0
        self._found = 0
        # Wake-ups that have come, and those that the last look to end was after.
        self._wakes = 0
        self._heard = 0
        self._looked_at = -math.inf
        self._relays = start_relays(self.wake)
        hints.listen(self.wake)
        self._keeping = self._loop.create_task(self._keep())

    def wake(self) -> None:
        """Look at the log soon; callable from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._be_woken)

    def look_soon(self) -> None:
        """Look at the log soon, without a relay's having told of anything."""
        self._woken.set()

    async def look(self) -> None:
        """Read what came after the heads; returns after a look that began after the call."""
        asked = self.begun
        while self.done <= asked:
            if self._looking is None or self._looking.done():
                # A task of its own: whoever waits for it may leave, and others still be written to.
                self._looking = self._loop.create_task(self._look())
            await asyncio.shield(self._looking)

    def settled(self, since: float) -> bool:
        """Say whether a look has ended that began since then, and no wake-up has come after it.

        Args:
            since: by `time.monotonic()`.
        """
        heard = self._heard == self._wakes and not self._woken.is_set()
        return heard and self._looked_at >= since

    async def catch_up(self, feed: Feed, cursor: Cursor) -> None:
        """Look until this process has seen a cursor's position, or the log ends before it."""
        seen = None
        while feed.ring.head.position < cursor.position and feed.ring.head != seen:
            # It may be newer by more than one look takes in.
            seen = feed.ring.head
            await self.look()

    async def stop(self) -> None:
        """End the tasks, the relays and the thread."""
        tasks = [task for task in (self._keeping, self._looking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.abandon)
        await self._reads.close()

    def abandon(self) -> None:
        """Hear no more wake-ups; all that can be done where the event loop is closed already."""
        hints.forget(self.wake)
        for each in self._relays:
            each.stop()

    def _be_woken(self) -> None:
        self._last_wake = self._loop.time()
        self._wakes += 1
        self._woken.set()

    async def _keep(self) -> None:
        """Look when woken, and each SAFETY_POLL seconds without."""
        while True:
            announced = True
            try:
                async with asyncio.timeout(conf.get("SAFETY_POLL")):
                    await self._woken.wait()
            except TimeoutError:
                announced = False
            try:
                found, began = self._found, self._loop.time()
                await self.look()
                if not announced and self._found > found:
                    count = self._found - found
                    self._loop.call_later(LATE_SECONDS, self._count_lost, count, began)
            except Exception:
                # The database may be away for a while: readers stay, the next look finds it all.
                logger.exception("could not read the log; trying again")
                await asyncio.sleep(conf.get("SAFETY_POLL"))

    def _count_lost(self, events: int, looked_at: float) -> None:
        if self._last_wake < looked_at:
            metrics.SAFETY_POLL_FOUND.inc(events)

    async def _look(self) -> None:
        self.begun += 1
        number = self.begun
        self._woken.clear()
        wakes, began, time_of_day = self._wakes, time.monotonic(), time.time()
        feeds = self._followed()
        known: dict[str, Cursor] = {name: feed.ring.head for name, feed in feeds.items()}
        found = queries.Look({}, {})
        if known:
            metrics.READS.labels("look").inc()
            found = await self._reads.run(queries.look, known, PAGE_EVENTS)
        for name, growth in found.growths.items():
            self._take_in(feeds[name], growth)
        for name, floor in found.floors.items():
            feeds[name].forget_before(floor)
            missed = found.growths.get(name)
            if missed is None or feeds[name].ring.head == missed.head.cursor:
                feeds[name].followed = True
        self.done, self._heard, self._looked_at = number, wakes, began
        metrics.LOOKED.labels(log_database()).set(time_of_day)
        for name in found.growths:
            await broadcast(feeds[name], known[name], self._pump)
            feeds[name].ring.shrink(conf.whole("RING_EVENTS"))

    def _followed(self) -> dict[str, Feed]:
        """Return the feeds that have readers, or were asked for just now; the others rest."""
        last = self._loop.time() - FOLLOWED_FOR
        followed = {}
        for name, feed in self._feeds.items():
            if feed.audience or feed.idle_since >= last:
                followed[name] = feed
            else:
                feed.followed = False
        return followed

    def _take_in(self, feed: Feed, growth: queries.Growth) -> None:
        if growth.reset is not None:
            logger.warning("stream %s does not go on from here: %s", feed.name, growth.reset)
            feed.restart(growth.head, growth.reset, self._loop.time())
            feed.more = False
            return
        feed.grow(growth.frames)
        if any(frame.redacts for frame in growth.frames):
            wipe_soon(log_database())  # whoever withdrew it may have died since
        self._found += len(growth.frames)
        metrics.EVENTS.inc(len(growth.frames))
        feed.more = feed.ring.head != growth.head.cursor
        if feed.more:
            self._woken.set()
