"""The timekeeper: heartbeats, slow readers, repeated permission checks, and idle streams."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

from stoppress.live import conf
from stoppress.live.clock import machine_clock
from stoppress.live.delivery.beat import Beat
from stoppress.live.delivery.broadcast import write_to_row
from stoppress.live.delivery.connection import AccessCheck, Connection
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.delivery.row import Row
from stoppress.live.event_loop import ROUND_SECONDS, STEPS, in_turns, step_at
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import heartbeat_frame
from stoppress.live.protocol.refusals import too_slow
from stoppress.live.protocol.wrapping import websocket_text

from .stream_cache import StreamCache

logger = logging.getLogger("stoppress.live")

# Permission checks at once: fewer than there are threads, which new readers need too.
ASKED_AT_ONCE = 2

# Rounds before a new reader's first heartbeat: nothing can be lost yet, and it is still catching
# up.
QUIET_ROUNDS = 2

Places = tuple[tuple[str, Cursor], ...]


class Timekeeper:
    """Does the regular work of one hub.

    The heartbeat interval is a wheel of slots, and each reader has its heartbeat in one of them.
    Finding ten thousand readers in memory takes longer than writing to a hundred. So a step touches
    only the readers of its slot, and a row gets one heartbeat for all of its readers.

    Args:
        connections: the hub's readers.
        streams: the hub's open streams, by name.
        leave: removes a connection that has ended.
        pump: writes what is due on a connection, and removes one that has ended.
        spawn: starts a background task.
    """

    def __init__(
        self,
        connections: Collection[Connection],
        streams: Mapping[str, OpenStream],
        stream_cache: StreamCache,
        *,
        leave: Callable[[Connection], None],
        pump: Callable[[Connection], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._connections = connections
        self._streams = streams
        self._stream_cache = stream_cache
        self._leave = leave
        self._pump = pump
        self._spawn = spawn
        self._loop = asyncio.get_running_loop()
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)
        interval = conf.get("HEARTBEAT")
        self._slots = max(1, int(interval / ROUND_SECONDS)) * STEPS
        self._pause = interval / self._slots
        self._wheel = defaultdict[int, set[Connection]](set)
        self._stalled: set[Connection] = set()
        self._guarded: set[Connection] = set()

    def add(self, connection: Connection) -> None:
        """Take a reader into the wheel; readers that arrive together get different slots."""
        first = random.randrange(min(QUIET_ROUNDS * STEPS, self._slots // 2), self._slots)
        connection.slot = (step_at(self._loop.time(), self._pause) + 1 + first) % self._slots
        self._wheel[connection.slot].add(connection)
        if connection.guard is not None:
            self._guarded.add(connection)

    def discard(self, connection: Connection) -> None:
        """Remove a reader that has disconnected."""
        self._wheel[connection.slot].discard(connection)
        self._guarded.discard(connection)
        self._stalled.discard(connection)

    def watch_stalled(self, connection: Connection) -> None:
        """Check each second whether the full sink of a reader has taken anything."""
        if connection in self._connections:
            self._stalled.add(connection)

    def unwatch_stalled(self, connection: Connection) -> None:
        """Stop these checks: the reader's sink has taken everything."""
        self._stalled.discard(connection)

    async def keep(self) -> None:
        """Run the steps that are due, until cancelled."""
        done = step_at(self._loop.time(), self._pause)
        while True:
            await asyncio.sleep((done + 1) * self._pause - self._loop.time())
            latest = step_at(self._loop.time(), self._pause)
            # Missed steps are caught up, but each slot only once.
            for number in range(max(done, latest - self._slots) + 1, latest + 1):
                try:
                    await self._step(number % self._slots)
                except Exception:
                    # No other code sends heartbeats: the next step must run.
                    logger.exception("a timekeeper step failed; the next one follows")
                await asyncio.sleep(0)
            done = latest

    async def _step(self, slot: int) -> None:
        if slot % STEPS == 0:
            await self._check_readers()
            await asyncio.sleep(0)
        await self._beat_rows(slot)
        await asyncio.sleep(0)
        await self._beat_one_by_one(self._wheel[slot])
        if slot % STEPS == 0:
            await asyncio.sleep(0)
            await self._stream_cache.tidy(self._loop.time())

    async def _check_readers(self) -> None:
        async for some in in_turns(self._stalled | self._guarded):
            for connection in some:
                self._check_reader(connection, self._loop.time())

    def _check_reader(self, connection: Connection, now: float) -> None:
        """Check a reader that may be slow, or may have lost its permission."""
        if connection in self._stalled:
            self._drop_if_slow(connection, now)
        if not connection.open:
            self._leave(connection)
        elif connection.guard is not None:
            self._ask_if_due(connection, connection.guard, now)

    def _drop_if_slow(self, connection: Connection, now: float) -> None:
        try:
            stalled = connection.stalled_for(now)
            late = stalled > conf.get("LAG_SECONDS")
            if late or (stalled and connection.lag() > conf.whole("LAG_EVENTS")):
                # A slow reader is disconnected here, and resumes from its cursor.
                connection.close(too_slow())
        except Exception:
            connection.give_up()

    async def _beat_rows(self, slot: int) -> None:
        """Send heartbeats to the rows of a slot, with the same call that sends events."""
        due = list[tuple[OpenStream, Row]]()
        async for streams in in_turns(self._streams.values()):
            for stream in streams:
                due += ((stream, row) for row in stream.audience.rows if row.slot == slot)
        time = datetime.fromtimestamp(machine_clock.seconds(), UTC)
        async for some in in_turns(due, at_once=1):
            for stream, row in some:
                if row in stream.audience.rows and row.sole:
                    cursors = {stream.name: row.cursor}
                    row.beat(Beat(self._loop.time(), cursors))
                    beat = heartbeat_frame(cursors, time)
                    write_to_row(row, stream.audience, websocket_text(beat), self._pump)

    async def _beat_one_by_one(self, connections: set[Connection]) -> None:
        time = datetime.fromtimestamp(machine_clock.seconds(), UTC)
        beats = dict[Places, tuple[bytes, Beat]]()
        async for some in in_turns(connections):
            for connection in some:
                try:
                    if connection.sink.pending():
                        self.watch_stalled(connection)
                    elif not connection.in_row():
                        self._beat(connection, time, beats)
                except Exception:
                    connection.give_up()
                if not connection.open:
                    self._leave(connection)

    def _beat(
        self, connection: Connection, time: datetime, beats: dict[Places, tuple[bytes, Beat]]
    ) -> None:
        """Send a heartbeat to one reader; readers at the same cursors share the bytes."""
        sent = connection.sent()
        key = tuple(sent.items())
        if key not in beats:
            beats[key] = heartbeat_frame(sent, time), Beat(self._loop.time(), sent)
        connection.beat(*beats[key])

    def _ask_if_due(self, connection: Connection, guard: AccessCheck, now: float) -> None:
        """Check a reader's permission again where that is due."""
        if not guard.asking and guard.due(now):
            guard.asking = True
            self._spawn(self._ask(connection, guard))

    async def _ask(self, connection: Connection, guard: AccessCheck) -> None:
        try:
            async with self._asking:
                refusal = await guard.ask() if connection.open else None
        finally:
            guard.asking = False
        if refusal is not None:
            connection.close(refusal)
            self._leave(connection)
