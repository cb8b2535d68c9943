"""The fetcher of a hub: reads what a reader waits for, once for all who wait for the same."""

from collections.abc import Callable, Coroutine
from typing import Any

from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.replay_page import Page
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import cannot_be_read

from . import queries
from .memory import Memory
from .shared_reads import SharedReads
from .watch import PAGE_EVENTS, Watch


class Fetcher:
    """Reads snapshots, and pages of the log, for the readers of one hub.

    Args:
        pump: writes to a connection whatever there is to write.
        spawn: runs work beside all else.
    """

    def __init__(
        self,
        watch: Watch,
        memory: Memory,
        reads: SharedReads,
        *,
        pump: Callable[[Connection], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._watch = watch
        self._memory = memory
        self._reads = reads
        self._pump = pump
        self._spawn = spawn

    def fetch(self, subscription: Subscription) -> None:
        """Have what a reader waits for read, and its connection pumped then."""
        if not subscription.fetching:
            subscription.fetching = True
            self._spawn(self._read_for(subscription))

    async def _read_for(self, subscription: Subscription) -> None:
        connection = subscription.connection
        try:
            if subscription.reason is not None:
                await self._read_snapshot(subscription)
            elif subscription.cursor is not None:
                await self._read_page(subscription, subscription.cursor)
        except Exception:  # the read itself has logged why; the reader comes back from its cursor
            connection.close(cannot_be_read())
        finally:
            subscription.fetching = False
        self._pump(connection)

    async def _read_snapshot(self, subscription: Subscription) -> None:
        feed, generation = subscription.feed, subscription.feed.generation
        snapshot = await self._reads.shared(
            "snapshot",
            queries.take_snapshot,
            feed.name,
            generation=generation,
            lane=feed.named.stream.pattern,
        )
        # Were a reader to stand where no look has been, nobody would notice that place to be lost.
        await self._watch.catch_up(feed, snapshot.cursor)
        seen = feed.ring.holds(snapshot.cursor)
        # One that was begun before texts were purged, or trimmed, may hold them.
        current = generation == feed.generation and _after_floor(subscription, snapshot.cursor)
        if current and (seen or snapshot.cursor.position < feed.ring.start.position):
            feed.snapshot = subscription.fresh = snapshot
            self._memory.lend(subscription)

    async def _read_page(self, subscription: Subscription, cursor: Cursor) -> None:
        feed, generation = subscription.feed, subscription.feed.generation
        page = await self._reads.shared(
            "page", queries.read_page, feed.name, cursor, PAGE_EVENTS, generation=generation
        )
        if subscription.cursor != cursor or feed.generation != generation:
            return
        if isinstance(page, str):
            subscription.place(None, page)
        elif not page:
            # The log ends before what this process remembers: it has become another.
            await self._watch.look()
        elif _after_floor(subscription, cursor):
            subscription.page = Page(page)
            self._memory.lend(subscription)


def _after_floor(subscription: Subscription, cursor: Cursor) -> bool:
    return cursor.position >= subscription.feed.floor.position
