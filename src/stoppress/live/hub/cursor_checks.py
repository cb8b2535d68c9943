"""Cursor checks: whether readers can go on from where they say they are; one look for all who ask.

Anybody can make cursors up, and one that is not known here has to be looked for in the log.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from stoppress.live import conf
from stoppress.live.delivery.feed import Feed
from stoppress.live.protocol.cursor import Cursor

from . import queries
from .shared_reads import SharedReads
from .watch import Watch

# Seconds between two looks that readers cause: who comes meanwhile waits for the next, with others.
LOOKS_APART = 0.01


@dataclass(slots=True)
class Findings:
    """What is known of the cursors that one reader brings; nothing counts that was read before.

    Attributes:
        since: looks that had begun when the reader came.
        read: by stream and its generation, why the log cannot be gone on from; None where it can.
    """

    since: int
    read: dict[tuple[str, int], str | None] = field(default_factory=dict)


class CursorChecks:
    """Holds cursors against the log, for the readers of one hub."""

    def __init__(self, watch: Watch, reads: SharedReads) -> None:
        self._watch = watch
        self._reads = reads
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.Task[None] | None = None
        self._may_look_at = 0.0

    def begin(self) -> Findings:
        """Begin with what a reader brings."""
        return Findings(self._watch.begun)

    async def prepare(self, findings: Findings, brought: Mapping[Feed, Cursor]) -> None:
        """Read at once what has to be known of all the cursors that a reader brings."""
        if any(_is_doubtful(feed, cursor) for feed, cursor in brought.items()):
            await self._look(findings.since)
        old = [
            (feed, cursor)
            for feed, cursor in brought.items()
            if cursor.position < feed.ring.start.position
        ]
        if old:
            keys = [(feed.name, feed.generation) for feed, _ in old]
            cursors = tuple(sorted((feed.name, cursor) for feed, cursor in old))
            reasons = await self._reads.shared("check", queries.check, cursors)
            findings.read.update({key: reasons[key[0]] for key in keys})

    async def why_not(
        self, findings: Findings, feed: Feed, cursor: Cursor, full: bool
    ) -> str | None:
        """Return why a reader cannot go on from a cursor, or None where it can.

        Args:
            full: the reader wants every event, however far behind.
        """
        if _is_doubtful(feed, cursor):
            await self._look(findings.since)
            # It may be newer by more than one look takes in.
            seen = None
            while cursor.position > feed.ring.head.position and feed.more:
                if feed.ring.head == seen:
                    break  # nothing more has come
                seen = feed.ring.head
                await self._look(self._watch.begun)
        ring = feed.ring
        if cursor.position > ring.head.position:
            return "ahead"
        if cursor.position >= ring.start.position and not ring.holds(cursor):
            return "fork"
        if cursor.position < ring.start.position:
            key = (feed.name, feed.generation)
            if key not in findings.read:
                await self.prepare(findings, {feed: cursor})
            if reason := findings.read.get(key):
                return reason
        far = ring.head.position - cursor.position > conf.get("REPLAY_LIMIT")
        return "behind" if far and not full else None

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()

    async def _look(self, since: int) -> None:
        """Return once a look has ended that began after as many others."""
        while self._watch.done <= since:
            if self._next is None:
                self._next = self._loop.create_task(self._look_when_due())
            # Whoever leaves while it is waited for must not take it from the others.
            await asyncio.shield(self._next)

    async def _look_when_due(self) -> None:
        await asyncio.sleep(self._may_look_at - self._loop.time())
        # Who comes from here on is not sure to be before it, and waits for the next.
        self._next = None
        self._may_look_at = self._loop.time() + LOOKS_APART
        await self._watch.look()


def _is_doubtful(feed: Feed, cursor: Cursor) -> bool:
    """Say whether a cursor is none that this process knows, where it would know it.

    It may be newer than what this process has seen; or what that has seen is history no more.
    """
    return cursor.position >= feed.ring.start.position and not feed.ring.holds(cursor)
