"""A feed: what a process remembers of one stream, for all of its readers here."""

from .cursor import Cursor
from .frames import Frame, forget_wrapped, snapshot_frame
from .history import Head
from .registry import NamedStream
from .ring import Ring
from .snapshots import Snapshot
from .subscription import Subscription

# A snapshot serves newcomers until this many events have come after it.
SNAPSHOT_SERVES = 50


class CachedSnapshot:
    """A snapshot, encoded once for each reason that it is given for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.cursor = snapshot.cursor
        self._snapshot = snapshot
        self._frames: dict[str, bytes] = {}

    def frame(self, reason: str) -> bytes:
        """Return the frame that carries the snapshot."""
        if reason not in self._frames:
            s = self._snapshot
            self._frames[reason] = snapshot_frame(
                s.stream, s.cursor, reason, s.limit, s.floor, s.items
            )
        return self._frames[reason]


class Feed:
    """One stream in this process: its ring, its snapshot and its readers.

    Attributes:
        idle_since: when it was last asked for or left, by the event loop's clock.
        generation: raised when texts are purged or history changed; a read of the database
            that began before is then thrown away.
        restarted_at: when history was found to be another, by the event loop's clock.
    """

    def __init__(self, named: NamedStream, start: Cursor, recent: list[Frame]) -> None:
        self.named = named
        self.name = named.name
        self.ring = Ring(start)
        self.ring.extend(recent)
        self.snapshot: CachedSnapshot | None = None
        self.subscriptions: set[Subscription] = set()
        self.generation = 0
        self.idle_since = 0.0
        self.restarted_at: float | None = None

    def grow(self, frames: list[Frame]) -> None:
        """Take in new events; where one redacts, purge all memory before anything is sent."""
        self.ring.extend(frames)
        if any(frame.redacts for frame in frames):
            self._purge()

    def restart(self, head: Head, reason: str, now: float) -> None:
        """Begin again at a head that does not continue what is remembered.

        Every reader is given a snapshot with the reason.
        """
        self.restarted_at = now
        self.ring = Ring(head.cursor)
        self._purge()
        for subscription in self.subscriptions:
            # One that waits for a snapshot gets it with the reason it was promised.
            subscription.place(None, subscription.reason or reason)

    def usable_snapshot(self) -> CachedSnapshot | None:
        """Return the remembered snapshot while the ring continues it."""
        snapshot = self.snapshot
        if snapshot is None or not self.ring.holds(snapshot.cursor):
            return None
        behind = self.ring.head.position - snapshot.cursor.position
        return snapshot if behind <= SNAPSHOT_SERVES else None

    def _purge(self) -> None:
        self.generation += 1
        self.snapshot = None
        forget_wrapped()
        for subscription in self.subscriptions:
            subscription.forget()
