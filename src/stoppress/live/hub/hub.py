"""The hub: hands each event of the log, encoded once, to every reader of this process."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

from stoppress.live import conf, metrics
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.feed import Feed
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.driven import unless_at_once
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.protocol.frames import goodbye_frame, hello_frame
from stoppress.live.protocol.refusals import restarting

from .cursor_checks import CursorChecks, Findings
from .fetcher import Fetcher
from .memory import Memory
from .shared_reads import SharedReads
from .timekeeper import Timekeeper
from .watch import Watch

logger = logging.getLogger("stoppress.live")

# Threads for what readers wait for; snapshots of one pattern take a few of them at most.
READ_THREADS = 8
# Seconds between two batches of goodbyes.
GOODBYE_PAUSE = 0.1

Companion = TypeVar("Companion")


class Hub:
    """One process's readers and their streams; lives on one event loop."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.feeds: dict[str, Feed] = {}
        self.draining = False
        self.watch = Watch(self.feeds, self.pump)
        self._within = conf.get("DRAIN_SECONDS")
        self._loop = asyncio.get_running_loop()
        self._reads = SharedReads(READ_THREADS)
        self.memory = Memory(self.feeds, self.watch, self._reads)
        self._checks = CursorChecks(self.watch, self._reads)
        self._fetch = Fetcher(
            self.watch, self.memory, self._reads, pump=self.pump, spawn=self.spawn
        ).fetch
        self._tasks: set[asyncio.Task[Any]] = set()
        self._companions: dict[Callable[[Hub], Any], Any] = {}
        self.timekeeper = Timekeeper(
            self.connections,
            self.feeds,
            self.memory,
            leave=self.leave,
            pump=self.pump,
            spawn=self.spawn,
        )
        self.spawn(self.timekeeper.keep())

    def companion(self, kind: "Callable[[Hub], Companion]") -> "Companion":
        """Return what stands beside this hub and ends with it, made by the first who asks."""
        if kind not in self._companions:
            self._companions[kind] = kind(self)
        companion: Companion = self._companions[kind]
        return companion

    def now(self) -> float:
        """Return the event loop's clock, in seconds."""
        return self._loop.time()

    # Readers come and go

    async def join(
        self, connection: Connection, asks: Mapping[str, str | None], full: bool
    ) -> None:
        """Give a connection its place in each stream that it asks for.

        Args:
            asks: stream names, and the cursor to go on from as it came, or None.
            full: replay every event, however far behind.

        Raises:
            UnknownStream: there is no such stream; nothing was joined.
            Refusal: the process is about to leave, or the reader may not read any more.
        """
        findings = self._checks.begin()
        guard = connection.guard
        if guard is not None:
            await guard.listen()
        if not self.at_hand(asks):
            await self.expect(asks)
            if not connection.open:
                return  # the reader left meanwhile
        # No await from here to the next lines: whoever comes in now is said goodbye to as well.
        # The hub's own is no reader: it is not said goodbye to, and hears to the end.
        if connection.transport:
            self.connections.add(connection)
            self.timekeeper.add(connection)
            metrics.readers(connection.transport).inc()
        connection.say_with_next(hello_frame(conf.get("HEARTBEAT"), time.time_ns() // 1_000_000))
        if guard is not None:
            connection.pump()
            refusal = await guard.look_again()
            if refusal is not None:
                raise refusal
        cursors = {name: parse_cursor(text) for name, text in asks.items() if text is not None}
        if cursors:
            await unless_at_once(self._prepare(findings, cursors), connection.pump)
        for name in asks:
            feed = self.memory.at_hand(name)
            if feed is None:
                feed = await unless_at_once(self.feed(name), connection.pump)
            if not connection.open:
                return  # the reader left while it was given its place
            subscription = Subscription(feed, connection, full, self._fetch)
            feed.audience.add(subscription)
            # Where it reads a stream already, one heartbeat is to tell of both from now on.
            connection.step_out()
            connection.subscriptions += (subscription,)
            if name in cursors:
                await unless_at_once(
                    self._place(subscription, cursors[name], findings), connection.pump
                )
            else:
                subscription.place(None, "start")
            connection.pump()

    def at_hand(self, names: Iterable[str]) -> bool:
        """Say whether there is nothing to `expect`: readers get their places without waiting."""
        return not self.draining and None not in map(self.memory.at_hand, names)

    def remembers(self, asks: Mapping[str, str | None]) -> bool:
        """Say whether readers go on from places that this process knows, in every stream."""
        for name, text in asks.items():
            feed, cursor = self.feeds.get(name), parse_cursor(text or "")
            if feed is None or cursor is None or not feed.ring.holds(cursor):
                return False
        return True

    def is_behind(self, asks: Mapping[str, str | None], most: int) -> bool:
        """Say whether a reader asks for more than some bytes of events, or for the log to be read.

        Args:
            asks: as for `join`, of streams that were expected.
            most: bytes.
        """
        size = 0
        for name, text in asks.items():
            if text is None:
                continue
            feed, cursor = self.feeds.get(name), parse_cursor(text)
            if feed is None or cursor is None:
                continue
            if cursor.position < feed.ring.start.position:
                return True
            size += feed.ring.bytes_after(cursor.position, most)
            if size > most:
                return True
        return False

    async def expect(self, names: Iterable[str]) -> None:
        """Have the feeds of some streams ready.

        Raises:
            UnknownStream, Refusal: as for `join`.
        """
        for name in names:
            await self.feed(name)
        if self.draining:
            raise restarting(self._within)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        connection.open = False
        for subscription in connection.subscriptions:
            subscription.leave(self._loop.time())
        if connection in self.connections:
            self.connections.remove(connection)
            self.timekeeper.discard(connection)
            if connection.transport:
                metrics.readers(connection.transport).dec()

    def pump(self, connection: Connection) -> None:
        """Write to a connection what there is to write, and leave one that has ended."""
        connection.pump()
        if not connection.open:
            self.leave(connection)

    async def feed(self, name: str) -> Feed:
        """Return the feed of a stream, read from the log where it is new here.

        Raises:
            UnknownStream: there is no such stream.
        """
        return await self.memory.feed(name)

    async def _prepare(self, findings: Findings, cursors: Mapping[str, Cursor | None]) -> None:
        """Read at once what has to be known of all that a reader brings: it may be made up."""
        found = {self.memory.at_hand(name): cursor for name, cursor in cursors.items() if cursor}
        brought = {feed: cursor for feed, cursor in found.items() if feed is not None}
        await self._checks.prepare(findings, brought)

    async def _place(
        self, subscription: Subscription, cursor: Cursor | None, findings: Findings
    ) -> None:
        reason: str | None = "unknown"
        if cursor is not None:
            feed, generation = subscription.feed, None
            while generation != feed.generation:  # history may change while it is looked at
                generation = feed.generation
                reason = await self._checks.why_not(findings, feed, cursor, subscription.full)
        subscription.place(cursor, reason)

    async def holds(self, name: str, cursor: Cursor) -> bool:
        """Say whether a cursor is in the log, as far as can be told of what was trimmed."""
        # Of a stream that the site has no more, too: who reads it already goes on.
        feed = self.feeds.get(name) or await self.feed(name)
        reason = await self._checks.why_not(self._checks.begin(), feed, cursor, full=True)
        return reason in {None, "trimmed"}

    # The process leaves

    async def goodbye(self, reason: str, within: float, over: float = 0.0) -> None:
        """Ask every reader to come back at a random moment, and end the connections.

        Args:
            within: seconds that a reader is told to come back within.
            over: seconds over which the readers are let go, batch by batch.
        """
        self.draining, self._within = True, within
        frame = goodbye_frame(reason, within)
        waiting = list(self.connections)
        batches = max(1, round(over / GOODBYE_PAUSE))
        size = max(1, math.ceil(len(waiting) / batches))
        for start in range(0, len(waiting), size):
            if start:
                await asyncio.sleep(GOODBYE_PAUSE)
            for connection in waiting[start : start + size]:
                connection.say(frame)
                try:
                    connection.close(restarting(within))
                except Exception:  # the others are still to be told
                    logger.exception("a reader could not be let go")
                self.leave(connection)

    async def stop(self) -> None:
        """End the hub's tasks and threads."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._checks.stop()
        await self.watch.stop()
        await self._reads.close()

    def abandon(self) -> None:
        """Let go of what lives outside an event loop that is closed already."""
        self.watch.abandon()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work beside all else, until it ends or the hub does."""
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
