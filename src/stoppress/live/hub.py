"""The hub: follows the log, and hands each event, encoded once, to every reader here."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from weakref import WeakKeyDictionary

from django.utils import timezone

from . import conf, follower, relay
from .connection import Connection
from .cursor import Cursor, parse_cursor
from .errors import UnknownStream
from .feed import Feed
from .frames import goodbye_frame, heartbeat_frame, hello_frame
from .shared_reads import SharedReads
from .sqlite_relay import SqliteRelay
from .subscription import Subscription

logger = logging.getLogger("stoppress.live")

# Events of one read of the log: bounds the memory and the time that a reader far behind costs.
PAGE_EVENTS = 500
# Connections written to before the event loop gets a turn.
TURN_CONNECTIONS = 250


class Hub:
    """One process's readers and their streams; lives on one event loop."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.feeds: dict[str, Feed] = {}
        self.draining = False
        self._loop = asyncio.get_running_loop()
        self._reads = SharedReads()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()
        self._looks_begun = 0
        self._relay = SqliteRelay.for_log(self.wake)
        relay.listen(self.wake)
        self._spawn(self._follow())
        self._spawn(self._keep_time())

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
        """
        feeds = [await self.feed(name) for name in asks]
        self.connections.add(connection)
        connection.say(hello_frame(conf.get("HEARTBEAT"), timezone.now()))
        for feed, text in zip(feeds, asks.values(), strict=True):
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
        feed = self.feeds[name]
        feed.idle_since = self._loop.time()
        return feed

    async def _place(self, subscription: Subscription, text: str | None) -> None:
        feed = subscription.feed
        cursor = parse_cursor(text) if text is not None else None
        if cursor is None:
            reason: str | None = "start" if text is None else "unknown"
        else:
            reason = await self._why_not(feed, cursor, subscription.full)
        if reason is None:
            subscription.cursor = cursor
        else:
            await self._give_snapshot(subscription, reason)

    async def _why_not(self, feed: Feed, cursor: Cursor, full: bool) -> str | None:
        """Return why a reader cannot go on from a cursor, or None where it can."""
        if cursor.position >= feed.ring.start.position and not feed.ring.holds(cursor):
            # Not known here: it may be newer than what this process has seen.
            await self.look()
        ring = feed.ring
        if cursor.position > ring.head.position:
            return "ahead"
        if cursor.position >= ring.start.position and not ring.holds(cursor):
            return "fork"
        if cursor.position < ring.start.position:
            reason: str | None = await self._reads.once(
                ("check", feed.name, cursor), follower.check, feed.name, cursor
            )
            if reason is not None:
                return reason
        far = ring.head.position - cursor.position > conf.get("REPLAY_LIMIT")
        return "behind" if far and not full else None

    async def _give_snapshot(self, subscription: Subscription, reason: str) -> None:
        feed = subscription.feed
        while True:
            snapshot = feed.usable_snapshot()
            if snapshot is None:
                generation = feed.generation
                taken = await self._reads.once(
                    ("snapshot", feed.name, generation), follower.take_snapshot, feed.name
                )
                if generation != feed.generation:
                    continue  # it may hold a text that was withdrawn meanwhile
                snapshot = feed.snapshot = taken
            subscription.give_snapshot(snapshot, reason)
            return

    def _fetch(self, subscription: Subscription) -> None:
        """Read a page of the log for a reader behind the ring, and for all others at its place."""
        if not subscription.fetching:
            subscription.fetching = True
            self._spawn(self._turn_page(subscription))

    async def _turn_page(self, subscription: Subscription) -> None:
        feed, cursor, generation = (
            subscription.feed,
            subscription.cursor,
            subscription.feed.generation,
        )
        try:
            key = ("page", feed.name, cursor, generation)
            page = await self._reads.once(key, follower.read_page, feed.name, cursor, PAGE_EVENTS)
            if subscription.cursor == cursor and feed.generation == generation:
                if isinstance(page, str):
                    await self._give_snapshot(subscription, page)
                else:
                    subscription.page = page
        finally:
            subscription.fetching = False
        subscription.connection.pump()

    # The log is followed

    async def look(self) -> None:
        """Read what came after the heads; returns after a look that began after the call."""
        asked = self._looks_begun
        async with self._looking:
            if self._looks_begun > asked:
                return  # the look that another caller waited for began after this call
            self._looks_begun += 1
            self._wake.clear()
            if not self.feeds:
                return
            feeds = dict(self.feeds)
            known = {name: feed.ring.head for name, feed in feeds.items()}
            growths = await self._reads.run(follower.read_growth, known, PAGE_EVENTS)
            for name, growth in growths.items():
                self._take_in(feeds[name], growth)
        for name in growths:
            await self._pump(feeds[name])
            feeds[name].ring.shrink(conf.whole("RING_EVENTS"))

    def _take_in(self, feed: Feed, growth: follower.Growth) -> None:
        if growth.fork is None:
            feed.grow(growth.frames)
            if feed.ring.head != growth.head.cursor:
                self._wake.set()  # there is more than one page of it
            return
        logger.warning("stream %s: its history is another now: %s", feed.name, growth.fork)
        feed.restart(growth.head)
        for subscription in feed.subscriptions:
            self._spawn(self._replace(subscription, growth.fork))

    async def _replace(self, subscription: Subscription, reason: str) -> None:
        await self._give_snapshot(subscription, reason)
        subscription.connection.pump()

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

    # Time passes

    async def _keep_time(self) -> None:
        next_heartbeat = self._loop.time() + conf.get("HEARTBEAT")
        while True:
            await asyncio.sleep(min(1.0, conf.get("HEARTBEAT")))
            now = self._loop.time()
            self._close_slow_readers(now)
            self._forget_idle_feeds(now)
            if now >= next_heartbeat:
                next_heartbeat = now + conf.get("HEARTBEAT")
                await self._beat()

    async def _beat(self) -> None:
        """Send each reader what it was sent; readers at the same cursors share the bytes."""
        now = timezone.now()
        beats: dict[tuple[tuple[str, Cursor], ...], bytes] = {}
        for count, connection in enumerate(list(self.connections), start=1):
            if connection.sink.pending():
                continue
            sent = connection.sent()
            key = tuple(sent.items())
            if key not in beats:
                beats[key] = heartbeat_frame(sent, now)
            connection.say(beats[key])
            if count % TURN_CONNECTIONS == 0:
                await asyncio.sleep(0)

    def _close_slow_readers(self, now: float) -> None:
        seconds, events = conf.get("LAG_SECONDS"), conf.whole("LAG_EVENTS")
        for connection in list(self.connections):
            if not connection.sink.pending():
                connection.blocked_since = None
            elif connection.blocked_since is None:
                connection.blocked_since = now
            elif now - connection.blocked_since > seconds or connection.behind() > events:
                # A slow reader is dropped here, and resumes from its cursor.
                connection.close(4002, "too slow")
                self.leave(connection)

    def _forget_idle_feeds(self, now: float) -> None:
        keep = conf.get("RING_IDLE")
        for name, feed in list(self.feeds.items()):
            if not feed.subscriptions and now - feed.idle_since > keep:
                del self.feeds[name]
        size = sum(feed.ring.size for feed in self.feeds.values())
        while size > conf.whole("RING_BYTES"):
            largest = max(self.feeds.values(), key=lambda feed: feed.ring.size)
            size -= largest.ring.size
            largest.ring.shrink(len(largest.ring) // 2)
            size += largest.ring.size

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
        relay.forget(self.wake)
        if self._relay is not None:
            self._relay.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reads.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the hub failed: %s", error, exc_info=error)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def running_hub() -> Hub:
    """Return the hub of the running event loop, started by the first who asks."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


async def stop_hub() -> None:
    """Stop the running loop's hub, if there is one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()
