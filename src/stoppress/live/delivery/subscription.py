"""A subscription: a cursor into a stream's log. Replay and live delivery are one read from it."""

from collections.abc import Callable

from stoppress.live import metrics
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame, live_frame

from .cached_snapshot import CachedSnapshot
from .connection import Connection
from .open_stream import OpenStream
from .replay_page import ReplayPage
from .ring import Batch
from .row import Row

NO_REPLAY_PAGE = ReplayPage()


class Subscription:
    """One reader's place in one stream.

    Attributes:
        row: the row of the reader, whose cursor it shares; None where it has its own.
        seated: how many heartbeats the row had been sent when the reader joined it.
        reason: why the next frame is a snapshot; None where it is not.
        replay_page: events before the ring's start, read from the log.
        fetching: a database read for this reader runs.
        fresh: a snapshot read for this reader, which may be sent however old it is by now.
        full: the reader wants every event, however far behind it is.
    """

    # There are many subscriptions, so each must be small.
    __slots__ = (
        "_came_at",
        "_cursor",
        "_fetch",
        "_live",
        "connection",
        "stream",
        "fetching",
        "fresh",
        "full",
        "reason",
        "replay_page",
        "row",
        "seated",
    )

    def __init__(
        self,
        stream: OpenStream,
        connection: Connection,
        full: bool,
        fetch: Callable[["Subscription"], None],
    ) -> None:
        self.stream = stream
        self.connection = connection
        self.full = full
        self.row: Row | None = None
        self.seated = 0
        self._cursor: Cursor | None = None
        self.reason: str | None = None
        self.replay_page = NO_REPLAY_PAGE
        self.fetching = False
        self.fresh: CachedSnapshot | None = None
        self._fetch = fetch
        self._live = False
        self._came_at = stream.withdrawals

    @property
    def name(self) -> str:
        """The stream's name."""
        return self.stream.name

    @property
    def cursor(self) -> Cursor | None:
        """The cursor of the last frame sent; None until the reader has a place."""
        return self._cursor if self.row is None else self.row.cursor

    def place(self, cursor: Cursor | None, reason: str | None) -> None:
        """Set the reader's cursor; with a reason, a snapshot is sent next instead."""
        self._move(cursor if reason is None else None)
        self.reason = reason
        self.forget()

    def forget(self) -> None:
        """Drop what was read for the reader: it may hold a withdrawn text."""
        self.replay_page = NO_REPLAY_PAGE
        self.fresh = None

    def forget_before(self, floor: Cursor) -> None:
        """Drop what was read for the reader and has been trimmed since."""
        if self.cursor is not None and self.cursor.position < floor.position:
            self.replay_page = NO_REPLAY_PAGE
        if self.fresh is not None and self.fresh.cursor.position < floor.position:
            self.fresh = None

    def leave_row(self) -> None:
        """Leave the row: from now on the reader is written to by itself."""
        self.stream.audience.remove_from_row(self)

    def unsubscribe(self, now: float) -> None:
        """Give the place back.

        Args:
            now: the event loop's clock.
        """
        self.stream.audience.discard(self)
        self.stream.idle_since = now

    def outdated(self) -> bool:
        """Return whether a text was withdrawn since the reader joined; it may have been sent it."""
        return self._came_at != self.stream.withdrawals

    def lag(self) -> int:
        """Return how many events the reader is behind; 0 until it has been live."""
        if self.cursor is None or not self._live:
            return 0
        return self.stream.ring.head.position - self.cursor.position

    def follow(self, batch: Batch) -> bool:
        """Write new events to a reader that is at the head; return whether it was.

        A reader whose sink has a wire then joins a row.
        """
        connection = self.connection
        sink = connection.sink
        if (
            not self._live
            or self._cursor != batch.after
            or (len(batch.frames) > 1 and not sink.batch_bytes)
            or sink.pending()
            or not connection.open
        ):
            return False
        self._cursor = batch.cursor
        connection.written += 1
        sink.write(batch.frames)
        wire = sink.wire
        if wire is not None and connection.open and not sink.pending():
            self.stream.audience.seat(self, wire.descriptor)
        return True

    def next(self) -> bytes | None:
        """Return the next frame and move past it; None while there is none."""
        if self.reason is not None:
            return self._next_snapshot(self.reason)
        if self.cursor is None:
            return None
        frame = self._frame_after(self.cursor)
        if frame is not None:
            if frame.after != self.cursor:
                # The last guard against mixing histories: this frame follows another one.
                self.place(None, "fork")
                return self.next()
            if not self._affords(frame.data):
                return None
            self._move(frame.cursor)
            return frame.data
        if not self._live and self.cursor.position >= self.stream.ring.head.position:
            self._live = True
            return live_frame(self.stream.name, self.cursor)
        return None

    def _move(self, cursor: Cursor | None) -> None:
        self.leave_row()
        self._cursor = cursor

    def _next_snapshot(self, reason: str) -> bytes | None:
        # Chosen as late as possible, so that a stalled reader gets no withdrawn text.
        snapshot = self.stream.usable_snapshot() or self.fresh
        if snapshot is None:
            self._fetch(self)
            return None
        data = snapshot.frame(reason)
        if not self._affords(data):
            return None
        self.place(snapshot.cursor, None)
        metrics.snapshots(reason).inc()
        return data

    def _affords(self, data: bytes) -> bool:
        # Events after the reader was live do not count as replay, however late they are sent.
        return self._live or self.connection.affords(len(data))

    def _frame_after(self, cursor: Cursor) -> Frame | None:
        ring = self.stream.ring
        if cursor.position >= ring.start.position:
            self.replay_page = NO_REPLAY_PAGE
            return ring.after(cursor.position)
        frame = self.replay_page.take(cursor)
        if frame is None and (self._live or self.connection.may_read_on()):
            self._fetch(self)
        return frame
