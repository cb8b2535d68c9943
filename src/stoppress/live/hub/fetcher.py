"""The fetcher: reads snapshots and pages of the log, one read for all who need the same."""

from collections.abc import Callable, Coroutine
from typing import Any

from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import cannot_be_read

from . import queries
from .shared_reads import SharedReads
from .stream_cache import StreamCache
from .watch import PAGE_EVENTS, Watch


class Fetcher:
    """Reads snapshots and replay pages for the readers of one hub.

    Args:
        pump: writes what is due on a connection, and removes one that has ended.
        spawn: starts a background task.
    """

    def __init__(
        self,
        watch: Watch,
        stream_cache: StreamCache,
        reads: SharedReads,
        *,
        pump: Callable[[Connection], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._watch = watch
        self._stream_cache = stream_cache
        self._reads = reads
        self._pump = pump
        self._spawn = spawn

    def fetch(self, subscription: Subscription) -> None:
        """Start the read that a subscription waits for; its connection is pumped afterwards."""
        if not subscription.fetching:
            subscription.fetching = True
            self._spawn(self._read_for(subscription))

    async def _read_for(self, subscription: Subscription) -> None:
        connection = subscription.connection
        try:
            if subscription.reason is not None:
                await self._read_snapshot(subscription)
            elif subscription.cursor is not None:
                await self._read_replay_page(subscription, subscription.cursor)
        except Exception:  # the read has logged why; the reader resumes from its cursor
            connection.close(cannot_be_read())
        finally:
            subscription.fetching = False
        self._pump(connection)

    async def _read_snapshot(self, subscription: Subscription) -> None:
        stream, generation = subscription.stream, subscription.stream.generation
        snapshot = await self._reads.shared(
            "snapshot",
            queries.take_snapshot,
            stream.name,
            generation=generation,
            lane=stream.named.stream.pattern,
        )
        # A reader must not be placed at a position that no look has covered: if that position were
        # lost, nobody would notice.
        await self._watch.catch_up(stream, snapshot.cursor)
        seen = stream.ring.holds(snapshot.cursor)
        if generation != stream.generation:
            return  # its read began before texts were purged, and it may hold them
        of_this_log = seen or snapshot.cursor.position < stream.ring.start.position
        if of_this_log and _after_floor(subscription, snapshot.cursor):
            stream.snapshot = subscription.fresh = snapshot
            self._stream_cache.track(subscription)
        else:
            # The log was trimmed since, or history was rewritten. Before the next look, another
            # snapshot would be of no more use.
            await self._watch.look()

    async def _read_replay_page(self, subscription: Subscription, cursor: Cursor) -> None:
        stream, generation = subscription.stream, subscription.stream.generation
        page = await self._reads.shared(
            "page",
            queries.read_replay_page,
            stream.name,
            cursor,
            PAGE_EVENTS,
            generation=generation,
        )
        if subscription.cursor != cursor or stream.generation != generation:
            return
        if isinstance(page, str):
            subscription.place(None, page)
        elif not page:
            # The log ends before what this process remembers: history was rewritten.
            await self._watch.look()
        elif _after_floor(subscription, cursor):
            subscription.replay_page = ReplayPage(page)
            self._stream_cache.track(subscription)


def _after_floor(subscription: Subscription, cursor: Cursor) -> bool:
    return cursor.position >= subscription.stream.floor.position
