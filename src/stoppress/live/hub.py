"""The hub: follows the log, and hands each event, encoded once, to every reader here."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from django.utils import timezone

from . import conf, follower, relay
from .connection import TURN_CONNECTIONS, Connection
from .cursor import Cursor, parse_cursor
from .errors import UnknownStream
from .feed import Feed
from .frames import goodbye_frame, hello_frame
from .refusals import cannot_be_read, restarting
from .shared_reads import SharedReads
from .sqlite_relay import SqliteRelay
from .subscription import Subscription
from .timekeeper import Timekeeper

logger = logging.getLogger("stoppress.live")

# Events of one read of the log: bounds the memory and the time that a reader far behind costs.
PAGE_EVENTS = 500


class Hub:
    """One process's readers and their streams; lives on one event loop."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.feeds: dict[str, Feed] = {}
        self.draining = False
        self._loop = asyncio.get_running_loop()
        self._reads = SharedReads(threads=2)
        # A thread of their own: no snapshot of the site's may hold up the news, or a purge.
        self._looks = SharedReads(threads=1)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._looks_begun = 0
        self._looks_done = 0
        self._relay = SqliteRelay.for_log(self.wake)
        relay.listen(self.wake)
        self._spawn(self._follow())
        self._spawn(Timekeeper(self).keep())

    def wake(self) -> None:
        """Look at the log soon; callable from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    # Readers come and go

    async def join(self, connection: Connection, asks: dict[str, str | None], full: bool) -> None:
        """Give a connection its place in each stream that it asks for.

        Args:
            asks: stream names, and the cursor to go on from as it came, or None.
            full: replay every event, however far behind.

        Raises:
            UnknownStream: there is no such stream; nothing was joined.
            Refusal: the process is about to leave.
        """
        for name in asks:
            await self.feed(name)
        if self.draining:
            raise restarting(conf.get("DRAIN_SECONDS"))
        self.connections.add(connection)
        connection.say(hello_frame(conf.get("HEARTBEAT"), timezone.now()))
        for name, text in asks.items():
            feed = await self.feed(name)
            if not connection.open:
                return  # the reader left while it was given its place
            subscription = Subscription(feed, connection, full, self._fetch)
            feed.subscriptions.add(subscription)
            connection.subscriptions.append(subscription)
            await self._place(subscription, text)
            connection.pump()

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        connection.open = False
        self.connections.discard(connection)
        for subscription in connection.subscriptions:
            feed = subscription.feed
            feed.subscriptions.discard(subscription)
            feed.idle_since = self._loop.time()

    async def feed(self, name: str) -> Feed:
        """Return the feed of a stream, read from the log where it is new here.

        Raises:
            UnknownStream: there is no such stream.
        """
        if name not in self.feeds:
            opened = await self._reads.once(("open", name), follower.open_feed, name)
            if opened is None:
                raise UnknownStream(name)
            self.feeds.setdefault(name, opened)
            # A wake-up for this stream may have gone by while it was opened.
            self._wake.set()
        feed = self.feeds[name]
        feed.idle_since = self._loop.time()
        return feed

    async def _place(self, subscription: Subscription, text: str | None) -> None:
        cursor = parse_cursor(text) if text is not None else None
        if cursor is None:
            reason: str | None = "start" if text is None else "unknown"
        else:
            feed, generation = subscription.feed, None
            while generation != feed.generation:  # history may change while it is looked at
                generation = feed.generation
                reason = await self._why_not(feed, cursor, subscription.full)
        subscription.place(cursor, reason)

    async def _why_not(self, feed: Feed, cursor: Cursor, full: bool) -> str | None:
        """Return why a reader cannot go on from a cursor, or None where it can."""
        seen = None
        while feed.ring.head.position < cursor.position and feed.ring.head != seen:
            # It may be newer than what this process has seen, by more than a look takes in.
            seen = feed.ring.head
            await self.look()
        if cursor.position >= feed.ring.start.position and not feed.ring.holds(cursor):
            # Not known here: what this process has seen may be history no more.
            await self.look()
        ring = feed.ring
        if cursor.position > ring.head.position:
            return "ahead"
        if cursor.position >= ring.start.position and not ring.holds(cursor):
            return "fork"
        if cursor.position < ring.start.position:
            key = ("check", feed.name, cursor)
            reason = await self._reads.once(key, follower.check, feed.name, cursor)
            if reason is not None:
                return reason
        far = ring.head.position - cursor.position > conf.get("REPLAY_LIMIT")
        return "behind" if far and not full else None

    # What a reader waits for is read, for all who wait for the same

    def _fetch(self, subscription: Subscription) -> None:
        if not subscription.fetching:
            subscription.fetching = True
            self._spawn(self._read_for(subscription))

    async def _read_for(self, subscription: Subscription) -> None:
        connection = subscription.connection
        try:
            if subscription.reason is not None:
                await self._read_snapshot(subscription)
            elif subscription.cursor is not None:
                await self._read_page(subscription, subscription.cursor)
        except Exception:
            # The read itself has logged why. The reader comes back from its cursor.
            refusal = cannot_be_read()
            connection.close(refusal.code, refusal.reason)
            self.leave(connection)
        finally:
            subscription.fetching = False
        connection.pump()

    async def _read_snapshot(self, subscription: Subscription) -> None:
        feed, generation = subscription.feed, subscription.feed.generation
        key = ("snapshot", feed.name, generation)
        snapshot = await self._reads.once(key, follower.take_snapshot, feed.name)
        # One that was begun before texts were purged may hold them.
        if generation == feed.generation:
            feed.snapshot = subscription.fresh = snapshot

    async def _read_page(self, subscription: Subscription, cursor: Cursor) -> None:
        feed, generation = subscription.feed, subscription.feed.generation
        key = ("page", feed.name, cursor, generation)
        page = await self._reads.once(key, follower.read_page, feed.name, cursor, PAGE_EVENTS)
        if subscription.cursor != cursor or feed.generation != generation:
            return
        if isinstance(page, str):
            subscription.place(None, page)
        else:
            subscription.page = page

    # The log is followed

    async def look(self) -> None:
        """Read what came after the heads; returns after a look that began after the call."""
        asked = self._looks_begun
        while self._looks_done <= asked:
            if self._looking is None or self._looking.done():
                # A task of the hub: whoever waits for it may leave, and others still be written to.
                self._looking = self._loop.create_task(self._look())
            await asyncio.shield(self._looking)

    async def _look(self) -> None:
        self._looks_begun += 1
        number = self._looks_begun
        self._wake.clear()
        feeds = dict(self.feeds)
        known = {name: feed.ring.head for name, feed in feeds.items()}
        growths = await self._looks.run(follower.read_growth, known, PAGE_EVENTS) if known else {}
        for name, growth in growths.items():
            self._take_in(feeds[name], growth)
        self._looks_done = number
        for name in growths:
            await self._pump(feeds[name])
            feeds[name].ring.shrink(conf.whole("RING_EVENTS"))

    def _take_in(self, feed: Feed, growth: follower.Growth) -> None:
        if growth.reset is not None:
            logger.warning("stream %s does not go on from here: %s", feed.name, growth.reset)
            feed.restart(growth.head, growth.reset)
            return
        feed.grow(growth.frames)
        if feed.ring.head != growth.head.cursor:
            self._wake.set()  # there is more than one page of it

    async def _pump(self, feed: Feed) -> None:
        for count, subscription in enumerate(list(feed.subscriptions), start=1):
            subscription.connection.pump()
            if count % TURN_CONNECTIONS == 0:
                await asyncio.sleep(0)

    async def _follow(self) -> None:
        while True:
            try:
                async with asyncio.timeout(conf.get("SAFETY_POLL")):
                    await self._wake.wait()
            except TimeoutError:
                pass
            try:
                await self.look()
            except Exception:
                # The database may be away for a while: readers stay, the next look finds it all.
                logger.exception("could not read the log; trying again")
                await asyncio.sleep(conf.get("SAFETY_POLL"))

    # The process leaves

    async def goodbye(self, reason: str, within: float) -> None:
        """Ask every reader to come back within some seconds, and end the connections."""
        self.draining = True
        frame = goodbye_frame(reason, within)
        for connection in list(self.connections):
            connection.say(frame)
            connection.close(1012, f"{reason}, come back within {within:g} s")
            self.leave(connection)

    async def stop(self) -> None:
        """End the hub's tasks and threads."""
        self.abandon()
        tasks = {*self._tasks, *([self._looking] if self._looking else [])}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._looks.close()
        await self._reads.close()

    def abandon(self) -> None:
        """Hear no more wake-ups; all that can be done where the event loop is closed already."""
        relay.forget(self.wake)
        if self._relay is not None:
            self._relay.stop()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the hub failed: %s", error, exc_info=error)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def running_hub() -> Hub:
    """Return the hub of the running event loop, started by the first who asks."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for closed in [other for other in _hubs if other.is_closed()]:
            _hubs.pop(closed).abandon()
        _hubs[loop] = Hub()
    return _hubs[loop]


async def stop_hub() -> None:
    """Stop the running loop's hub, if there is one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()
