"""The timekeeper of a hub: heartbeats, slow readers, permissions, streams nobody reads any more."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.utils import timezone

from . import conf
from .access import Guard
from .connection import TURN_CONNECTIONS, Connection
from .cursor import Cursor
from .frames import heartbeat_frame
from .refusals import too_slow

if TYPE_CHECKING:
    from .hub import Hub

logger = logging.getLogger("stoppress.live")

# Readers who are asked for again at once: fewer than there are threads, for those at the door.
ASKED_AT_ONCE = 2


class Timekeeper:
    """Does for its hub what is due as time passes."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)

    async def keep(self) -> None:
        """Look once a second at what is due, until cancelled."""
        next_heartbeat = self._loop.time() + conf.get("HEARTBEAT")
        while True:
            await asyncio.sleep(min(1.0, conf.get("HEARTBEAT")))
            now = self._loop.time()
            try:
                self._drop_slow_readers(now)
                self._ask_guards(now)
                await self._hub.memory.tidy(now)
                if now >= next_heartbeat:
                    next_heartbeat = now + conf.get("HEARTBEAT")
                    await self._beat()
            except Exception:
                # Nobody else sends heartbeats: the next round must come.
                logger.exception("the timekeeper failed; going on")

    async def _beat(self) -> None:
        """Send each reader what it was sent; readers at the same cursors share the bytes."""
        now = timezone.now()
        beats: dict[tuple[tuple[str, Cursor], ...], bytes] = {}
        for count, connection in enumerate(list(self._hub.connections), start=1):
            if connection.sink.pending():
                continue
            sent = connection.sent()
            key = tuple(sent.items())
            if key not in beats:
                beats[key] = heartbeat_frame(sent, now)
            connection.say(beats[key])
            if not connection.open:
                self._hub.leave(connection)
            if count % TURN_CONNECTIONS == 0:
                await asyncio.sleep(0)

    def _drop_slow_readers(self, now: float) -> None:
        seconds, events = conf.get("LAG_SECONDS"), conf.whole("LAG_EVENTS")
        for connection in list(self._hub.connections):
            stalled = connection.stalled_for(now)
            if stalled > seconds or (stalled and connection.lag() > events):
                # A slow reader is dropped here, and resumes from its cursor.
                connection.close(too_slow())
                self._hub.leave(connection)

    def _ask_guards(self, now: float) -> None:
        """Ask again who may read private streams, each reader in its own time."""
        for connection in self._hub.connections:
            guard = connection.guard
            if guard is not None and not guard.asking and guard.due(now):
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
