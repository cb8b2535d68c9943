"""Cursor checks: decide whether a reader can resume from the cursor that it brings.

Anyone can make up a cursor, and an unknown one has to be looked up in the log. Readers that arrive
together share one lookup.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from stoppress.live import conf
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.protocol.cursor import Cursor

from . import queries
from .shared_reads import SharedReads
from .watch import Watch

# Seconds between two looks caused by readers. A reader that arrives in between shares the next one.
LOOKS_APART = 0.01


@dataclass(slots=True)
class Findings:
    """What the checks know about the cursors of one reader.

    A read that began before the reader came does not count.

    Attributes:
        since: looks that had begun when the reader came.
        read: by stream and generation, why the reader cannot resume; None where it can.
    """

    since: int
    read: dict[tuple[str, int], str | None] = field(default_factory=dict)


class CursorChecks:
    """Checks cursors against the log for the readers of one hub."""

    def __init__(self, watch: Watch, reads: SharedReads) -> None:
        self._watch = watch
        self._reads = reads
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.Task[None] | None = None
        self._may_look_at = 0.0

    def begin(self) -> Findings:
        """Begin the checks of one reader."""
        return Findings(self._watch.begun)

    async def prepare(self, findings: Findings, brought: Mapping[OpenStream, Cursor]) -> None:
        """Read everything that the checks of all its cursors need, in one read."""
        if any(_is_doubtful(stream, cursor) for stream, cursor in brought.items()):
            await self._look(findings.since)
        old = [
            (stream, cursor)
            for stream, cursor in brought.items()
            if cursor.position < stream.ring.start.position
        ]
        if old:
            keys = [(stream.name, stream.generation) for stream, _ in old]
            cursors = tuple(sorted((stream.name, cursor) for stream, cursor in old))
            reasons = await self._reads.shared("check", queries.check, cursors)
            findings.read.update({key: reasons[key[0]] for key in keys})

    async def why_not(
        self, findings: Findings, stream: OpenStream, cursor: Cursor, full: bool
    ) -> str | None:
        """Return why a reader cannot resume from a cursor; None where it can.

        Args:
            full: the reader wants every event, however far behind it is.
        """
        if _is_doubtful(stream, cursor):
            await self._look(findings.since)
            # The cursor may be ahead by more events than one look reads.
            seen = None
            while cursor.position > stream.ring.head.position and stream.more:
                if stream.ring.head == seen:
                    break  # no new event came
                seen = stream.ring.head
                await self._look(self._watch.begun)
        ring = stream.ring
        if cursor.position > ring.head.position:
            return "ahead"
        if cursor.position >= ring.start.position and not ring.holds(cursor):
            return "fork"
        if cursor.position < ring.start.position:
            key = (stream.name, stream.generation)
            if key not in findings.read:
                await self.prepare(findings, {stream: cursor})
            if reason := findings.read.get(key):
                return reason
        far = ring.head.position - cursor.position > conf.get("REPLAY_LIMIT")
        return "behind" if far and not full else None

    def stop(self) -> None:
        """Cancel the pending look."""
        if self._next is not None:
            self._next.cancel()

    async def _look(self, since: int) -> None:
        """Wait for a look that begins after the first `since` looks."""
        while self._watch.done <= since:
            if self._next is None:
                self._next = self._loop.create_task(self._look_when_due())
            # A reader that disconnects must not cancel the look for the others.
            await asyncio.shield(self._next)

    async def _look_when_due(self) -> None:
        await asyncio.sleep(self._may_look_at - self._loop.time())
        # A reader that comes from here on may be too late for this look, and waits for the next.
        self._next = None
        self._may_look_at = self._loop.time() + LOOKS_APART
        await self._watch.look()


def _is_doubtful(stream: OpenStream, cursor: Cursor) -> bool:
    """Return whether a cursor is unknown although its position is in this process's memory.

    Either it is newer than what this process has read, or the log's history was rewritten.
    """
    return cursor.position >= stream.ring.start.position and not stream.ring.holds(cursor)
