"""A subscription is a cursor into a stream's log: replay and live delivery are one read."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .cursor import Cursor
from .frames import Frame, live_frame

if TYPE_CHECKING:
    from .connection import Connection
    from .feed import CachedSnapshot, Feed


class Subscription:
    """One reader's place in one stream.

    Attributes:
        cursor: what the reader was sent last; None until it has a place.
        page: events before the ring's start, read from the log, shared with other readers.
        fetching: the next page is being read.
        full: the reader wants every event, however far behind.
    """

    def __init__(
        self,
        feed: "Feed",
        connection: "Connection",
        full: bool,
        fetch: Callable[["Subscription"], None],
    ) -> None:
        self.feed = feed
        self.connection = connection
        self.full = full
        self.cursor: Cursor | None = None
        self.page: Sequence[Frame] = ()
        self.fetching = False
        self._fetch = fetch
        self._snapshot: tuple[CachedSnapshot, str] | None = None
        self._announced = False

    def give_snapshot(self, snapshot: "CachedSnapshot", reason: str) -> None:
        """Make a snapshot the next that the reader is sent."""
        self._snapshot = (snapshot, reason)

    def unplace(self) -> None:
        """Forget the place: what the reader was sent is no longer in the log."""
        self.cursor = None
        self.page = ()
        self._snapshot = None

    def behind(self) -> int:
        """Return how many events the reader has yet to be sent."""
        return 0 if self.cursor is None else self.feed.ring.head.position - self.cursor.position

    def next(self) -> bytes | None:
        """Return the next frame, and move past it; None while there is none."""
        if self._snapshot is not None:
            snapshot, reason = self._snapshot
            self._snapshot = None
            self.page = ()
            self.cursor = snapshot.cursor
            return snapshot.frame(reason)
        if self.cursor is None:
            return None
        frame = self._frame_after(self.cursor)
        if frame is not None:
            self.cursor = frame.cursor
            return frame.data
        if not self._announced and self.behind() <= 0:
            self._announced = True
            return live_frame(self.feed.name, self.cursor)
        return None

    def _frame_after(self, cursor: Cursor) -> Frame | None:
        ring = self.feed.ring
        if cursor.position >= ring.start.position:
            self.page = ()
            return ring.after(cursor.position)
        if self.page:
            index = cursor.position - self.page[0].after.position
            if 0 <= index < len(self.page):
                return self.page[index]
        self._fetch(self)
        return None
