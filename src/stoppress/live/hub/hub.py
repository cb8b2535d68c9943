"""The hub: sends each event of the log, encoded once, to every reader of this process."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from stoppress.live import conf, metrics
from stoppress.live.build import build
from stoppress.live.clock import machine_clock
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.driven import unless_at_once
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.protocol.frames import hello_frame

from .cursor_checks import CursorChecks, Findings
from .farewell import Farewell
from .fetcher import Fetcher
from .shared_reads import SharedReads
from .signals import hear, hear_no_more
from .stream_cache import StreamCache
from .timekeeper import Timekeeper
from .watch import Watch

logger = logging.getLogger("stoppress.live")

# Threads for reads that readers wait for. Snapshots of one pattern take only a few of them.
READ_THREADS = 8
Companion = TypeVar("Companion")


class Hub:
    """The readers of one process and their streams; it belongs to one event loop.

    Attributes:
        led: the server itself starts the goodbye. On other servers, the hub handles the signals.
        reads: the database reads that readers wait for.
    """

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.streams: dict[str, OpenStream] = {}
        self.farewell = Farewell(self.connections, self.leave)
        self.led = False
        self.watch = Watch(self.streams, self.pump)
        self._loop = asyncio.get_running_loop()
        self.reads = SharedReads(READ_THREADS)
        self.stream_cache = StreamCache(self.streams, self.watch, self.reads)
        self._checks = CursorChecks(self.watch, self.reads)
        self._fetch = Fetcher(
            self.watch, self.stream_cache, self.reads, pump=self.pump, spawn=self.spawn
        ).fetch
        self._tasks: set[asyncio.Task[Any]] = set()
        self._companions: dict[Callable[[Hub], Any], Any] = {}
        self.timekeeper = Timekeeper(
            self.connections,
            self.streams,
            self.stream_cache,
            leave=self.leave,
            pump=self.pump,
            spawn=self.spawn,
        )
        self.spawn(self.timekeeper.keep())
        metrics.BUILD.labels(build()).set(1)

    def companion(self, kind: "Callable[[Hub], Companion]") -> "Companion":
        """Return the hub's one object of a class, created at first use; it ends with the hub."""
        if kind not in self._companions:
            self._companions[kind] = kind(self)
        companion: Companion = self._companions[kind]
        return companion

    def now(self) -> float:
        """Return the event loop's clock, in seconds."""
        return self._loop.time()

    # Readers join and leave

    async def join(
        self, connection: Connection, asks: Mapping[str, str | None], full: bool
    ) -> None:
        """Give a connection its place in each stream that it asks for.

        Args:
            asks: stream names, each with the unparsed cursor to resume from, or None.
            full: replay every event, however far behind the reader is.

        Raises:
            UnknownStream: there is no such stream; the connection joined none.
            Refusal: the process is shutting down, or the reader may no longer read.
        """
        findings = self._checks.begin()
        guard = connection.guard
        if guard is not None:
            await guard.listen()
        if not self.is_ready(asks):
            await self.open_streams(asks)
            if not connection.open:
                return  # the reader disconnected meanwhile
        self.farewell.refuse(connection.transport)
        # There is no await before the next lines, so a goodbye reaches this reader too. A
        # connection of the hub's own is no reader: it gets no goodbye and listens to the end.
        if connection.transport:
            self._hear_the_end()
            self.connections.add(connection)
            self.timekeeper.add(connection)
            metrics.readers(connection.transport).inc()
        now = int(machine_clock.seconds() * 1000)
        connection.queue_control(hello_frame(conf.get("HEARTBEAT"), build(), now))
        if guard is not None:
            connection.pump()
            refusal = await guard.recheck()
            if refusal is not None:
                raise refusal
        cursors = {name: parse_cursor(text) for name, text in asks.items() if text is not None}
        if cursors:
            await unless_at_once(self._prepare(findings, cursors), connection.pump)
        for name in asks:
            stream = self.stream_cache.current_stream(name)
            if stream is None:
                stream = await unless_at_once(self.stream(name), connection.pump)
            if not connection.open:
                return  # the reader disconnected meanwhile
            subscription = Subscription(stream, connection, full, self._fetch)
            stream.audience.add(subscription)
            # A row sends heartbeats of one stream. A reader of two streams needs its own.
            connection.leave_rows()
            connection.subscriptions += (subscription,)
            if name in cursors:
                await unless_at_once(
                    self._place(subscription, cursors[name], findings), connection.pump
                )
            else:
                subscription.place(None, "start")
            connection.pump()

    def is_ready(self, names: Iterable[str]) -> bool:
        """Return whether readers of these streams can join without waiting for `open_streams`."""
        return None not in map(self.stream_cache.current_stream, names)

    def remembers(self, asks: Mapping[str, str | None]) -> bool:
        """Return whether this process knows all cursors that a reader resumes from."""
        for name, text in asks.items():
            stream, cursor = self.streams.get(name), parse_cursor(text or "")
            if stream is None or cursor is None or not stream.ring.holds(cursor):
                return False
        return True

    def is_behind(self, asks: Mapping[str, str | None], most: int) -> bool:
        """Return whether a reader needs more than some bytes of events, or a read of the log.

        Args:
            asks: as for `join`; `open_streams` was called for these streams.
            most: bytes.
        """
        size = 0
        for name, text in asks.items():
            if text is None:
                continue
            stream, cursor = self.streams.get(name), parse_cursor(text)
            if stream is None or cursor is None:
                continue
            if cursor.position < stream.ring.start.position:
                return True
            size += stream.ring.bytes_after(cursor.position, most)
            if size > most:
                return True
        return False

    async def open_streams(self, names: Iterable[str]) -> None:
        """Open some streams.

        Raises:
            UnknownStream, Refusal: as for `join`.
        """
        for name in names:
            await self.stream(name)

    def leave(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        connection.open = False
        for subscription in connection.subscriptions:
            subscription.unsubscribe(self._loop.time())
        if connection in self.connections:
            self.connections.remove(connection)
            self.timekeeper.discard(connection)
            if connection.transport == "poll":
                # The reader is there until its next request.
                self._loop.call_later(conf.get("POLL_SECONDS"), metrics.readers("poll").dec)
            elif connection.transport:
                metrics.readers(connection.transport).dec()

    def pump(self, connection: Connection) -> None:
        """Write what is due on a connection; remove it if it has ended."""
        connection.pump()
        if not connection.open:
            self.leave(connection)

    async def stream(self, name: str) -> OpenStream:
        """Return an open stream; it is opened, by a read of the log, where it is not open yet.

        Raises:
            UnknownStream: there is no such stream.
        """
        return await self.stream_cache.stream(name)

    async def _prepare(self, findings: Findings, cursors: Mapping[str, Cursor | None]) -> None:
        """Check all cursors of a reader in one read; they may be made up."""
        found = {
            self.stream_cache.current_stream(name): cursor
            for name, cursor in cursors.items()
            if cursor
        }
        brought = {stream: cursor for stream, cursor in found.items() if stream is not None}
        await self._checks.prepare(findings, brought)

    async def _place(
        self, subscription: Subscription, cursor: Cursor | None, findings: Findings
    ) -> None:
        reason: str | None = "unknown"
        if cursor is not None:
            stream, generation = subscription.stream, None
            while generation != stream.generation:  # history may be rewritten during the check
                generation = stream.generation
                reason = await self._checks.why_not(findings, stream, cursor, subscription.full)
        subscription.place(cursor, reason)

    async def holds(self, name: str, cursor: Cursor) -> bool:
        """Return whether a cursor is in the log; a trimmed one counts as held."""
        # The site may have removed the stream; its present readers go on.
        stream = self.streams.get(name) or await self.stream(name)
        reason = await self._checks.why_not(self._checks.begin(), stream, cursor, full=True)
        return reason in {None, "trimmed"}

    def _hear_the_end(self) -> None:
        # Not before the first reader: then the server's handlers are installed.
        if not self.led:
            self.led = True
            hear(_say_goodbye)

    async def stop(self) -> None:
        """Stop the hub's tasks and threads."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._checks.stop()
        await self.watch.stop()
        await self.reads.close()

    def abandon(self) -> None:
        """Stop what does not need the event loop, which is closed already."""
        self.watch.abandon()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a background task, which ends with the hub at the latest."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the hub failed: %s", error, exc_info=error)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def running_hub() -> Hub:
    """Return the hub of the running event loop; it is started at first use."""
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
    if not _hubs:
        hear_no_more()


def _say_goodbye() -> None:
    """Have every hub of the process say goodbye; callable between any two bytecode instructions."""
    for loop, hub in list(_hubs.items()):
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(hub.farewell.say_at_once)
