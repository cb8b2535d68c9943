"""The timekeeper of a hub: heartbeats, slow readers, permissions, streams nobody reads any more."""

import asyncio
import logging
import math
import random
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from . import conf
from .access import Guard
from .connection import Connection
from .cursor import Cursor
from .frames import heartbeat_frame
from .refusals import too_slow
from .turns import in_turns

if TYPE_CHECKING:
    from .hub import Hub

logger = logging.getLogger("stoppress.live")

# Seconds of a round, and its steps: the answers to what is sent at once come at once, too.
ROUND_SECONDS = 1.0
STEPS = 10
# Readers who are asked for again at once: fewer than there are threads, for those at the door.
ASKED_AT_ONCE = 2

Places = tuple[tuple[str, Cursor], ...]


class Timekeeper:
    """Does for its hub what is due as time passes."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)
        self._round = 0

    async def keep(self) -> None:
        """Look once a second at what is due, until cancelled."""
        while True:
            try:
                await self._go_round()
                await self._hub.memory.tidy(self._loop.time())
            except Exception:
                # Nobody else sends heartbeats: the next round must come.
                logger.exception("the timekeeper failed; going on")
                await asyncio.sleep(ROUND_SECONDS)

    async def _go_round(self) -> None:
        """Look at every reader once, step by step."""
        self._round += 1
        pause = min(ROUND_SECONDS, conf.get("HEARTBEAT"))
        rounds = max(1, int(conf.get("HEARTBEAT") / pause))
        began, waiting = self._loop.time(), list(self._hub.connections)
        size = math.ceil(len(waiting) / STEPS)
        for step in range(STEPS):
            due = began + pause * (step + 1) / STEPS
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            await self._look_after(waiting[step * size : (step + 1) * size], rounds)

    async def _look_after(self, connections: Iterable[Connection], rounds: int) -> None:
        """Do what is due for some readers.

        Args:
            rounds: from one heartbeat of a reader to its next.
        """
        now, time = self._loop.time(), timezone.now()
        beats: dict[Places, bytes] = {}
        async for some in in_turns(connections):
            for connection in some:
                try:
                    if connection.sink.pending():
                        self._drop_if_slow(connection, now)
                    elif connection.beats_at <= self._round:
                        self._beat(connection, rounds, time, beats)
                except Exception:
                    connection.give_up()
                if not connection.open:
                    self._hub.leave(connection)
                elif connection.guard is not None:
                    self._ask_if_due(connection, connection.guard, now)

    def _drop_if_slow(self, connection: Connection, now: float) -> None:
        seconds, events = conf.get("LAG_SECONDS"), conf.whole("LAG_EVENTS")
        stalled = connection.stalled_for(now)
        if stalled > seconds or (stalled and connection.lag() > events):
            # A slow reader is dropped here, and resumes from its cursor.
            connection.close(too_slow())

    def _beat(
        self, connection: Connection, rounds: int, time: datetime, beats: dict[Places, bytes]
    ) -> None:
        """Send a reader what it was sent; readers at the same cursors share the bytes."""
        if not connection.beats_at:
            # A crowd that came at once must not answer at once for ever.
            connection.beats_at = self._round + random.randrange(rounds)
            return
        connection.beats_at = self._round + rounds
        sent = connection.sent()
        key = tuple(sent.items())
        if key not in beats:
            beats[key] = heartbeat_frame(sent, time)
        connection.say(beats[key])

    def _ask_if_due(self, connection: Connection, guard: Guard, now: float) -> None:
        """Ask again who may read private streams, each reader in its own time."""
        if not guard.asking and guard.due(now):
            guard.asking = True
            self._hub.spawn(self._ask(connection, guard))

    async def _ask(self, connection: Connection, guard: Guard) -> None:
        try:
            async with self._asking:
                refusal = await guard.ask() if connection.open else None
        finally:
            guard.asking = False
        if refusal is not None:
            connection.close(refusal)
            self._hub.leave(connection)
