"""A feed: what a process remembers of one stream, for all of its readers here."""

from stoppress.live.log.history import Head
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame
from stoppress.live.protocol.wrapping import forget_wrapped
from stoppress.live.publishing.registry import NamedStream

from .audience import Audience
from .cached_snapshot import CachedSnapshot
from .ring import Ring

# A snapshot serves newcomers until this many events have come after it.
SNAPSHOT_SERVES = 50


class Feed:
    """One stream in this process: its ring, its snapshot and its readers.

    Args:
        floor: after what its log begins.
        start: the cursor before the recent events.

    Attributes:
        floor: after what its log begins, as far as this process has looked.
        more: the last look did not take in all that was there.
        followed: each look asks about it; one that is not may give out nothing before the next.
        found_at: when the site last said that there is such a stream, by the loop's clock.
        idle_since: when it was last asked for or left, by the event loop's clock.
        generation: raised when texts are purged or history changed; a read of the database
            that began before is then thrown away.
        withdrawals: another value once a text that was sent before may be withdrawn.
        restarted_at: when history was found to be another, by the event loop's clock.
    """

    def __init__(
        self, named: NamedStream, floor: Cursor, start: Cursor, recent: list[Frame]
    ) -> None:
        self.named = named
        self.name = named.name
        self.floor = floor
        self.ring = Ring(start)
        self.ring.extend(recent)
        self.snapshot: CachedSnapshot | None = None
        self.audience = Audience()
        self.generation = 0
        self.more = False
        self.followed = True
        self.found_at = 0.0
        self.idle_since = 0.0
        self.restarted_at: float | None = None
        self.withdrawals = (self.generation, floor)

    @property
    def size(self) -> int:
        """Return the bytes that are remembered, without what readers hold for themselves."""
        return self.ring.size + (self.snapshot.size if self.snapshot is not None else 0)

    def grow(self, frames: list[Frame]) -> None:
        """Take in new events; where one redacts, purge all memory before anything is sent."""
        self.ring.extend(frames)
        if any(frame.redacts for frame in frames):
            self._purge()
        elif self.usable_snapshot() is None:
            self.snapshot = None

    def restart(self, head: Head, reason: str, now: float) -> None:
        """Begin again at a head that does not continue what is remembered.

        Every reader is given a snapshot with the reason.
        """
        self.restarted_at = now
        self.ring = Ring(head.cursor)
        self._purge()
        for subscription in tuple(self.audience):
            if subscription.cursor is None and subscription.reason is None:
                continue  # it is being given its place just now, and that begins again
            # One that waits for a snapshot gets it with the reason it was promised.
            subscription.place(None, subscription.reason or reason)

    def usable_snapshot(self) -> CachedSnapshot | None:
        """Return the remembered snapshot while the ring continues it."""
        snapshot = self.snapshot
        if snapshot is None or not self.ring.holds(snapshot.cursor):
            return None
        behind = self.ring.head.position - snapshot.cursor.position
        return snapshot if behind <= SNAPSHOT_SERVES else None

    def forget_before(self, floor: Cursor) -> None:
        """Forget what is from before a floor: a redaction does not reach what was trimmed."""
        if floor == self.floor:
            return
        self.floor = floor
        self.withdrawals = (self.generation, floor)
        self.ring.forget_before(floor)
        if self.snapshot is not None and self.snapshot.cursor.position < floor.position:
            self.snapshot = None
        forget_wrapped()
        for subscription in self.audience:
            subscription.forget_before(floor)

    def shrink(self) -> None:
        """Forget the snapshot, or the older half of the ring: whichever is larger."""
        if self.snapshot is not None and self.snapshot.size >= self.ring.size:
            self.snapshot = None
        else:
            self.ring.shrink(len(self.ring) // 2)

    def _purge(self) -> None:
        self.generation += 1
        self.withdrawals = (self.generation, self.floor)
        self.snapshot = None
        forget_wrapped()
        for subscription in self.audience:
            subscription.forget()
