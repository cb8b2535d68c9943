"""The watch: reads new events from the log on each wake-up, and hands them to the broadcast."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from stoppress.live import conf, metrics
from stoppress.live.database import log_database
from stoppress.live.delivery.broadcast import broadcast
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.log.wiping import wipe_soon
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.relays import hints
from stoppress.live.relays.start import start_relays
from stoppress.live.trouble import trouble

from . import queries
from .shared_reads import SharedReads

logger = logging.getLogger("stoppress.live")

# Events in one read of the log: it bounds the memory and time of a long replay.
PAGE_EVENTS = 500
# If the wake-up comes this soon after the look that found its event, it was late, not lost.
LATE_SECONDS = 1.0
# Seconds for which a look still reads a stream without readers: more than a polling client's pause.
FOLLOWED_FOR = 5.0
# Seconds between two comparisons of the clocks.
COMPARE_SECONDS = 10.0


class Watch:
    """Follows the log for one hub, on its event loop.

    Args:
        streams: the hub's open streams, by name.
        pump: writes what is due on a connection, and removes one that has ended.

    Attributes:
        begun: number of looks that have begun.
        done: number of the last look that succeeded.
    """

    def __init__(
        self, streams: Mapping[str, OpenStream], pump: Callable[[Connection], None]
    ) -> None:
        self._streams = streams
        self._pump = pump
        self._loop = asyncio.get_running_loop()
        # A thread of its own, so that no slow snapshot of the site delays the events or a purge.
        self._reads = SharedReads(threads=1)
        self._woken = asyncio.Event()
        self._last_wake = 0.0
        self._looking: asyncio.Task[None] | None = None
        self.begun = 0
        self.done = 0
        self._found = 0
        # Wake-ups so far, and wake-ups that had come when the last finished look began.
        self._wakes = 0
        self._heard = 0
        self._looked_at = -math.inf
        self._compare_at = -math.inf
        self._relays = start_relays(self.wake)
        hints.listen(self.wake)
        self._keeping = self._loop.create_task(self._keep())

    def wake(self) -> None:
        """Look at the log soon; may be called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._be_woken)

    def look_soon(self) -> None:
        """Look at the log soon, without a wake-up from a relay."""
        self._woken.set()

    async def look(self) -> None:
        """Read the events after the known heads; returns after a look that began after the call."""
        asked = self.begun
        while self.done <= asked:
            if self._looking is None or self._looking.done():
                # A task of its own: a cancelled caller must not stop the broadcast to the readers.
                self._looking = self._loop.create_task(self._look())
            await asyncio.shield(self._looking)

    def settled(self, since: float) -> bool:
        """Return whether a look since a moment has finished, and no wake-up came after its start.

        Args:
            since: the moment, by `time.monotonic()`.
        """
        heard = self._heard == self._wakes and not self._woken.is_set()
        return heard and self._looked_at >= since

    async def catch_up(self, stream: OpenStream, cursor: Cursor) -> None:
        """Look until this process has read up to a cursor, or the log ends before it."""
        seen = None
        while stream.ring.head.position < cursor.position and stream.ring.head != seen:
            # The cursor may be ahead by more events than one look reads.
            seen = stream.ring.head
            await self.look()

    async def stop(self) -> None:
        """Stop the tasks, the relays and the thread."""
        tasks = [task for task in (self._keeping, self._looking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.abandon)
        await self._reads.close()

    def abandon(self) -> None:
        """Stop the relays and ignore wake-ups; this works even if the event loop is closed."""
        hints.forget(self.wake)
        for each in self._relays:
            each.stop()

    def _be_woken(self) -> None:
        self._last_wake = self._loop.time()
        self._wakes += 1
        self._woken.set()

    async def _keep(self) -> None:
        """Look at each wake-up, and after SAFETY_POLL seconds without one."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(conf.get("SAFETY_POLL")):
                    await self._woken.wait()
            # After a stall of the event loop, both the wake-up and the end of the time are there.
            woken = self._woken.is_set()
            try:
                found, began = self._found, self._loop.time()
                await self.look()
                if not woken and self._found > found:
                    count = self._found - found
                    self._loop.call_later(LATE_SECONDS, self._count_lost, count, began)
                if began >= self._compare_at:
                    self._compare_at = began + COMPARE_SECONDS
                    await self._reads.run(queries.compare_clocks)
                trouble.end()
            except Exception as error:
                # The database may be down for a while. Readers stay connected; a later look finds
                # every event.
                if trouble.note(error) is None:
                    logger.exception("reading the log failed; trying again")
                await asyncio.sleep(conf.get("SAFETY_POLL"))

    def _count_lost(self, events: int, looked_at: float) -> None:
        if self._last_wake < looked_at:
            metrics.SAFETY_POLL_FOUND.inc(events)

    async def _look(self) -> None:
        self.begun += 1
        number = self.begun
        self._woken.clear()
        wakes, began, time_of_day = self._wakes, time.monotonic(), time.time()
        streams = self._followed()
        known: dict[str, Cursor] = {name: stream.ring.head for name, stream in streams.items()}
        found = queries.Look({}, {})
        try:
            if known:
                metrics.READS.labels("look").inc()
                found = await self._reads.run(queries.look, known, PAGE_EVENTS)
            else:
                await self._reads.run(queries.check_database)
        except Exception:
            metrics.LOOKS_FAILED.labels(log_database()).inc()
            raise
        for name, growth in found.growths.items():
            self._take_in(streams[name], growth)
        for name, floor in found.floors.items():
            streams[name].forget_before(floor)
            missed = found.growths.get(name)
            if missed is None or streams[name].ring.head == missed.head.cursor:
                streams[name].followed = True
        self.done, self._heard, self._looked_at = number, wakes, began
        metrics.LOOKED.labels(log_database()).set(time_of_day)
        for name in found.growths:
            await broadcast(streams[name], known[name], self._pump)
            streams[name].ring.shrink(conf.whole("RING_EVENTS"))

    def _followed(self) -> dict[str, OpenStream]:
        """Return the streams with readers or a recent request; mark the others as not followed."""
        last = self._loop.time() - FOLLOWED_FOR
        followed = {}
        for name, stream in self._streams.items():
            if stream.audience or stream.idle_since >= last:
                followed[name] = stream
            else:
                stream.followed = False
        return followed

    def _take_in(self, stream: OpenStream, growth: queries.Growth) -> None:
        if growth.reset is not None:
            logger.log(
                logging.INFO if growth.reset == "trimmed" else logging.WARNING,
                "stream %s does not continue from the known head (%s): its readers get a snapshot",
                stream.name,
                growth.reset,
            )
            stream.restart(growth.head, growth.reset, self._loop.time())
            stream.more = False
            wipe_soon(log_database())  # as below: a withdrawal may be among the lost events
            return
        stream.grow(growth.frames)
        if any(frame.redacts for frame in growth.frames):
            wipe_soon(log_database())  # the publisher's process may have died before it wiped
        self._found += len(growth.frames)
        metrics.EVENTS.inc(len(growth.frames))
        stream.more = stream.ring.head != growth.head.cursor
        if stream.more:
            self._woken.set()
