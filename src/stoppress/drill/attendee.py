"""The base class of a drill's readers: the record that each one keeps, on any transport."""

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

from stoppress.live.client import TransportName

from .frame_table import FrameTable


class Attendee(ABC):
    """A reader that follows its streams, can disconnect, and can resume from its cursors.

    Attributes:
        applied: each applied frame, as its index in the frame table, with the time.
        notes: what happened to its connection, each with the time.
        refused: why it gave up; empty if it did not.
    """

    def __init__(
        self,
        number: int,
        url: str,
        transport: TransportName,
        asked: dict[str, str | None],
        table: FrameTable,
    ) -> None:
        self.number, self.url, self.transport = number, url, transport
        self.asked = dict(asked)
        self.cursors: dict[str, str | None] = dict(asked)
        self.applied: list[tuple[int, float]] = []
        self.notes: list[tuple[float, str]] = []
        self.refused = ""
        self._table = table
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and read from the current cursors."""
        self._task = asyncio.get_running_loop().create_task(self._follow())

    async def leave(self) -> None:
        """Disconnect, and keep the cursors."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self._note("left")

    @abstractmethod
    def joined(self) -> bool:
        """Return whether it has begun to read each of its streams."""

    def account(self) -> dict[str, Any]:
        """Return the reader's record as JSON values, for `record.load_records`."""
        return {
            "number": self.number,
            "url": self.url,
            "transport": self.transport,
            "asked": self.asked,
            "applied": self.applied,
            "notes": self.notes,
            "refused": self.refused,
        }

    @abstractmethod
    async def _follow(self) -> None:
        """Read until cancelled."""

    def _apply(self, frame: dict[str, Any]) -> None:
        self.applied.append((self._table.place(frame), time.time()))
        self.cursors[frame["stream"]] = frame["cursor"]

    def _note(self, words: str) -> None:
        self.notes.append((time.time(), words))
