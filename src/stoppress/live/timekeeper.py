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


class Timekeeper:
    """Does for its hub what is due as time passes."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()

    async def keep(self) -> None:
        """Look once a second at what is due, until cancelled."""
        next_heartbeat = self._loop.time() + conf.get("HEARTBEAT")
        while True:
            await asyncio.sleep(min(1.0, conf.get("HEARTBEAT")))
            now = self._loop.time()
            try:
                self._drop_slow_readers(now)
                self._forget_idle_feeds(now)
                self._ask_guards(now)
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
            if guard is None:
                continue
            if guard.asked_at is None:
                guard.asked_at = now
            elif now - guard.asked_at > conf.get("RECHECK_SECONDS"):
                guard.asked_at = now
                self._hub.spawn(self._ask(connection, guard))

    async def _ask(self, connection: Connection, guard: Guard) -> None:
        refusal = await guard.ask()
        if refusal is not None:
            connection.close(refusal)
            self._hub.leave(connection)

    def _forget_idle_feeds(self, now: float) -> None:
        feeds, keep = self._hub.feeds, conf.get("RING_IDLE")
        for name, feed in list(feeds.items()):
            if not feed.subscriptions and now - feed.idle_since > keep:
                del feeds[name]
        size = sum(feed.ring.size for feed in feeds.values())
        while size > conf.whole("RING_BYTES"):
            largest = max(feeds.values(), key=lambda feed: feed.ring.size)
            size -= largest.ring.size
            largest.ring.shrink(len(largest.ring) // 2)
            size += largest.ring.size
