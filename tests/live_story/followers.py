"""Programs that follow live stories, each by one transport, through cuts of their connections."""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Coroutine, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlencode

from stoppress.live.client import Follower, TransportName
from stoppress.live.client.state import StreamState
from stoppress.live.protocol.cursor import Cursor, parse_cursor

SECONDS = 10.0


def read_range(url: str, stream: str, **query: object) -> dict[str, Any]:
    """Return a part of a stream below an order."""
    address = f"{url}/live/range?{urlencode({'stream': stream, **query})}"
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        return dict(json.load(answer))


class Following:
    """A program's state of some streams, and of one range of posts.

    Attributes:
        snapshots: why each came, after the first of its stream.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        url: str,
        streams: list[str],
        transport: TransportName,
        ranged: str,
        ceiling: str,
    ) -> None:
        self._loop, self.transport, self.ranged = loop, transport, ranged
        self.states = {name: StreamState() for name in streams}
        self.range = StreamState(ceiling)
        self.snapshots: list[str] = []
        self._url, self._known = url, set[str]()
        self._task: asyncio.Task[None] | None = None

    def connect(self) -> None:
        """Follow, from the cursors on."""
        self._run(self._connect())

    def cut(self) -> None:
        """Lose the connection."""
        self._run(self._cut())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    async def _connect(self) -> None:
        cursors = {name: str(state.cursor or "") or None for name, state in self.states.items()}
        follower = Follower(self._url, cursors, transport=self.transport)
        self._task = asyncio.ensure_future(self._follow(follower))

    async def _cut(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _follow(self, follower: Follower) -> None:
        if _position(self.range.cursor) < _position(self.states[self.ranged].cursor):
            await self._read_range()  # it was cut while it did
        async with aclosing(follower.frames()) as frames:
            async for frame in frames:
                await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        name = frame["stream"]
        if frame["type"] == "event":
            self.states[name].apply(frame)
            cursor = parse_cursor(frame["cursor"])
            if name == self.ranged and _position(cursor) > _position(self.range.cursor):
                self.range.apply(frame)
            return
        self.states[name].replace(frame)
        if name in self._known:
            self.snapshots.append(f"{frame['reason']} {name}")
        self._known.add(name)
        if name == self.ranged:
            await self._read_range()

    async def _read_range(self) -> None:
        after = str(self.states[self.ranged].cursor)
        ask = {"below": self.range.ceiling, "limit": 100, "after": after}
        self.range.replace(await asyncio.to_thread(read_range, self._url, self.ranged, **ask))

    def told(self) -> str:
        """Return all that it holds."""
        states = [*self.states.values(), self.range]
        return json.dumps([[dict(item) for item in state.items()] for state in states])

    def cursors(self) -> dict[str, str]:
        """Return how far it is in each stream."""
        if self._task is not None and self._task.done():
            self._task.result()
        found = {name: str(state.cursor) for name, state in self.states.items()}
        behind = _position(self.range.cursor) < _position(self.states[self.ranged].cursor)
        return found | ({self.ranged: "an older range"} if behind else {})

    def __str__(self) -> str:
        return f"{self.transport} is at {self.cursors()}"

    def differs(self, state: Mapping[str, Mapping[str, Any]]) -> str:
        """Fail if what it holds is wrong, once it has come as far as the log.

        Args:
            state: of each stream its `cursor`, `floor` and `items`; of posts all that it can show.
        """
        for name, mine in self.states.items():
            floor = max(mine.floor or "", state[name]["floor"] or "")
            _same(mine, state[name]["items"], floor, f"{self.transport} {name}")
        told = state[self.ranged]["items"]
        _same(self.range, told, self.range.floor or "", f"{self.transport} {self.ranged}, a range")
        return ""


def _same(mine: StreamState, told: list[Any], floor: str, where: str) -> None:
    ceiling = mine.ceiling or "~"
    shown = [dict(item) for item in mine.items() if item["order"] >= floor]
    assert shown == [item for item in told if floor <= item["order"] < ceiling], where


def _position(cursor: Cursor | None) -> int:
    return cursor.position if cursor else -1


class Programs:
    """Programs by each of the three transports, in a thread with an event loop."""

    def __init__(self, url: str, streams: list[str], ranged: str, ceiling: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        kinds: list[TransportName] = ["ws", "sse", "poll"]
        self.all = [Following(self._loop, url, streams, kind, ranged, ceiling) for kind in kinds]
        for each in self.all:
            each.connect()

    def end(self) -> None:
        for each in self.all:
            each.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()
