"""An open stream: one stream in this process's memory, shared by all of its readers."""

from stoppress.live.log.history import Head
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame, puts_without_view
from stoppress.live.protocol.wrapping import forget_wrapped
from stoppress.live.publishing.registry import NamedStream

from .audience import Audience
from .cached_snapshot import CachedSnapshot
from .ring import Ring

# A cached snapshot serves new readers until it is this many events old.
SNAPSHOT_SERVES = 50


class OpenStream:
    """One stream in this process: its ring, its cached snapshot and its readers.

    Args:
        floor: the cursor after which the log begins.
        start: the cursor before the recent events.

    Attributes:
        floor: the cursor after which the log begins, as of this process's last look.
        more: the last look did not read all new events.
        followed: each look includes this stream. One that is not followed is out of date until the
            next look.
        found_at: when the site last confirmed that the stream exists, by the event loop's clock.
        idle_since: when the stream was last requested, or lost a reader, by the event loop's clock.
        generation: raised when texts are purged or history was rewritten. A database read that
            began under another generation is discarded.
        withdrawals: changes whenever a text that was sent before may have been withdrawn.
        restarted_at: when this process found rewritten history, by the event loop's clock.
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
        """Return the bytes of ring and snapshot, without what single readers hold."""
        return self.ring.size + (self.snapshot.size if self.snapshot is not None else 0)

    def grow(self, frames: list[Frame]) -> None:
        """Add new events.

        If one of them redacts, the whole memory is purged before anything is sent.
        """
        self.ring.extend(frames)
        if any(frame.redacts for frame in frames):
            self._purge()
        elif self.usable_snapshot() is None or self._needs_views(frames):
            self.snapshot = None

    def _needs_views(self, frames: list[Frame]) -> bool:
        """Return whether an event has no view, although the snapshot has views.

        A page with views then asks for a new snapshot, and must not get this one and the event.
        """
        has_views = self.snapshot is not None and self.snapshot.has_views
        return has_views and any(puts_without_view(frame.data) for frame in frames)

    def restart(self, head: Head, reason: str, now: float) -> None:
        """Start again at a head that does not continue the ring.

        Every reader gets a snapshot with the reason.
        """
        self.restarted_at = now
        self.ring = Ring(head.cursor)
        self._purge()
        for subscription in tuple(self.audience):
            if subscription.cursor is None and subscription.reason is None:
                continue  # its place is being looked up, and that starts again
            # A reader that already waits for a snapshot gets it with its earlier reason.
            subscription.place(None, subscription.reason or reason)

    def usable_snapshot(self) -> CachedSnapshot | None:
        """Return the cached snapshot, if the ring continues it and it is recent enough."""
        snapshot = self.snapshot
        if snapshot is None or not self.ring.holds(snapshot.cursor):
            return None
        behind = self.ring.head.position - snapshot.cursor.position
        return snapshot if behind <= SNAPSHOT_SERVES else None

    def forget_before(self, floor: Cursor) -> None:
        """Forget everything before a new floor: a redaction does not reach trimmed events."""
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
        """Forget the snapshot or the older half of the ring, whichever is larger."""
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
