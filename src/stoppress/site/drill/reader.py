"""One reader of a drill: the reference client, and an account of all that it applied."""

import asyncio
import json
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any

from stoppress.live.client import Follower, Refused, TransportName
from stoppress.live.client.wire import Frame
from stoppress.live.cursor import parse_cursor


@lru_cache(maxsize=4096)
def decode_once(message: str | bytes) -> Any:
    """Decode JSON; hundreds of readers are sent the same bytes, and none changes them."""
    return json.loads(message)


class FrameTable:
    """Every frame that was applied, once."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._places: dict[int, int] = {}

    def place(self, frame: Frame) -> int:
        """Return a frame's place; equal bytes are one object here, see `decode_once`."""
        place = self._places.setdefault(id(frame), len(self.frames))
        if place == len(self.frames):
            self.frames.append(frame)
        return place


class Reader:
    """Follows its streams until it is told to leave, and can come back from where it was."""

    def __init__(
        self,
        number: int,
        url: str,
        transport: TransportName,
        asked: dict[str, str | None],
        table: FrameTable,
        *,
        answers: bool = True,
    ) -> None:
        self.number, self.url, self.transport = number, url, transport
        self.asked = dict(asked)
        self.answers = answers
        self.cursors: dict[str, str | None] = dict(asked)
        self.applied: list[tuple[int, float]] = []
        self.notes: list[tuple[float, str]] = []
        self.refused = ""
        self._table = table
        self._follower: Follower | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, from the cursors as they are."""
        self._task = asyncio.get_running_loop().create_task(self._follow())

    async def leave(self) -> None:
        """Disconnect, and keep the cursors."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self._note("left")

    def change_transport(self, transport: TransportName) -> None:
        """Go on by another transport, in mid-stream."""
        self.transport = transport
        if self._follower is not None:
            self._follower.change_transport(transport)

    def joined(self) -> bool:
        """Tell whether each stream has a cursor, and the connection is open."""
        open_ = bool(self.notes) and self.notes[-1][1] == "connected"
        return open_ and all(self.cursors.values())

    def at(self, heads: dict[str, str], beyond: bool = False) -> bool:
        """Tell whether everything up to some heads was applied, or also what came after them."""
        return all(
            heads.get(stream, at) == at or (beyond and _position(at) > _position(heads[stream]))
            for stream, at in self.cursors.items()
        )

    def account(self) -> dict[str, Any]:
        """Return what `record.load_records` reads."""
        return {
            "number": self.number,
            "url": self.url,
            "transport": self.transport,
            "asked": self.asked,
            "applied": self.applied,
            "notes": self.notes,
            "refused": self.refused,
        }

    async def _follow(self) -> None:
        self._follower = Follower(
            self.url,
            dict(self.cursors),
            self._note,
            transport=self.transport,
            decode=decode_once,
            answers=self.answers,
        )
        try:
            async for frame in self._follower.frames():
                self.applied.append((self._table.place(frame), time.time()))
                self.cursors[frame["stream"]] = frame["cursor"]
        except Refused as refused:
            self.refused = str(refused)
        except Exception as error:
            # A reader that breaks must show in the report as such, not as one that is slow.
            self.refused = f"the client failed: {error!r}"

    def _note(self, words: str) -> None:
        self.notes.append((time.time(), words))


def _position(cursor: str | None) -> int:
    parsed = parse_cursor(cursor or "")
    return parsed.position if parsed else -1
