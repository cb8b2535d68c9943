"""A reader for tests: a sink that keeps what it is sent, and can stop to take it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async

from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.sink import Wire
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.guard import Guard

from .conftest import put


class ListSink:
    """Keeps frames in a list; while `stalled`, what was written stays pending."""

    def __init__(self, batch_bytes: int = 0) -> None:
        self.batch_bytes = batch_bytes
        self.wire: Wire | None = None
        self.frames: list[dict[str, Any]] = []
        self.data: list[bytes] = []
        self.stalled = False
        self.closed: tuple[int, str] | None = None
        self.closed_at = 0.0  # by the monotonic clock
        self.filled: Callable[[], None] = lambda: None
        self._pending = 0

    def write(self, frames: Sequence[bytes]) -> None:
        assert not self._pending, "written to while something is pending"
        self.data += frames
        self.frames += [json.loads(data) for data in frames]
        self._pending = sum(map(len, frames)) if self.stalled else 0
        if self._pending:
            self.filled()

    def pending(self) -> int:
        return self._pending

    def close(self, refusal: Refusal) -> None:
        self.closed, self.closed_at = (refusal.code, refusal.reason), monotonic()

    def take(self) -> None:
        self.stalled, self._pending = False, 0


# Seconds after which something is taken never to come, on a busy machine too.
PATIENCE = 60


class Reader:
    """A connection of the hub with what came over it."""

    def __init__(self, hub: Hub, guard: Guard | None = None, transport: str = "ws") -> None:
        self.sink = ListSink()
        self.connection = Connection(self.sink, transport, guard)
        self.sink.filled = lambda: hub.timekeeper.watch_stalled(self.connection)
        self.hub = hub

    async def join(self, *names: str, full: bool = False, **cursors: str | None) -> "Reader":
        """Join streams, and wait until each is live; fail where the connection ends instead."""
        ended = await self._ask(dict.fromkeys(names) | cursors, full)
        assert ended is None, f"the connection was ended at joining: {ended}"
        return self

    async def join_in_vain(self, *names: str, **cursors: str | None) -> tuple[int, str]:
        """Join streams of which one cannot be read; return the close code and its reason."""
        ended = await self._ask(dict.fromkeys(names) | cursors, False)
        assert ended is not None, "each stream is live"
        return ended

    async def _ask(self, asks: dict[str, str | None], full: bool) -> tuple[int, str] | None:
        await self.hub.join(self.connection, asks, full)
        async with asyncio.timeout(PATIENCE):
            while len(self.of("live")) < len(asks):
                if self.sink.closed:
                    return self.sink.closed
                await asyncio.sleep(0.001)  # between two checks
        return None

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.sink.frames if frame["type"] == kind]

    def keys(self) -> list[str]:
        return [frame["key"] for frame in self.of("event")]

    def cursor(self, name: str = "board") -> str:
        return str(self.connection.sent()[name])

    async def until(self, count: int, kind: str = "event") -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.of(kind)) < count:
                await asyncio.sleep(0.005)  # between two checks


async def say(*keys: str, **more: object) -> None:
    """Publish from another thread, as a web request would."""
    for key in keys:
        await sync_to_async(put)(key, **more)
