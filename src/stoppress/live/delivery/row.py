"""A row: readers at the same cursor of a stream, written to with one loop over their sockets."""

from collections.abc import Iterator
from typing import Protocol

from stoppress.live.protocol.cursor import Cursor

from .beat import Beat, Beats, latest
from .connection import Connection, Place
from .ring import Batch
from .sends import send_to_all

# Readers in a row. Few enough that the event loop soon gets its turn; enough that the cost of
# finding the row and its readers is small for each.
ROW = 32


class Seated(Place, Protocol):
    """A reader's place in one stream, as the code that writes to many readers sees it.

    Attributes:
        row: the row of the reader; None where it is written to by itself.
        reason: why the next frame is a snapshot; None where it is not.
    """

    connection: Connection
    row: "Row | None"
    reason: str | None

    def place(self, cursor: Cursor | None, reason: str | None) -> None:
        """Set the reader's cursor; with a reason, a snapshot is sent next instead."""

    def follow(self, batch: Batch) -> bool:
        """Write new events to a reader that is at the head; return whether it was."""

    def forget(self) -> None:
        """Drop the events read for the reader: they may hold a withdrawn text."""

    def forget_before(self, floor: Cursor) -> None:
        """Drop what was read for the reader and has been trimmed since."""


class Row:
    """Readers that move on together.

    A write takes the kernel some microseconds, and finding a reader's objects in memory would take
    nearly one more. So a write to a row uses only the file descriptors.

    Attributes:
        cursor: the cursor of the last frame that all were sent.
        slot: the slot of the timekeeper's wheel in which their heartbeats are due: that of the
            first reader.
        beats: the last heartbeats of the row.
        count: how many heartbeats it was sent in all.
        sole: no reader of the row has another stream, so one heartbeat fits all.
    """

    __slots__ = ("_descriptors", "_readers", "beats", "count", "cursor", "slot", "sole")

    def __init__(self, cursor: Cursor, slot: int) -> None:
        self.cursor = cursor
        self.slot = slot
        self.sole = True
        self.beats: Beats = ()
        self.count = 0
        self._readers: list[Seated] = []
        self._descriptors: list[int] = []

    def __len__(self) -> int:
        return len(self._readers)

    def __iter__(self) -> Iterator[Seated]:
        return iter(self._readers)

    @property
    def full(self) -> bool:
        """Whether all seats are taken."""
        return len(self) >= ROW

    @property
    def sparse(self) -> bool:
        """Whether more than half of the seats are free."""
        return len(self) < ROW // 2

    def seat(self, subscription: Seated, descriptor: int) -> None:
        """Add a reader that is at the row's cursor."""
        self._readers.append(subscription)
        self._descriptors.append(descriptor)
        subscription.row = self
        subscription.seated = self.count
        self.sole = self.sole and len(subscription.connection.subscriptions) <= 1

    def unseat(self, subscription: Seated) -> None:
        """Remove a reader, which keeps the row's cursor as its own."""
        index = self._readers.index(subscription)
        self._readers[index] = self._readers[-1]
        self._descriptors[index] = self._descriptors[-1]
        self._readers.pop()
        self._descriptors.pop()
        subscription.connection.keep_beats(subscription)
        subscription.row = None
        subscription.place(self.cursor, None)

    def beat(self, beat: Beat) -> None:
        """Record a heartbeat that is sent to the whole row."""
        self.beats = latest(self.beats, (beat,))
        self.count += 1

    def beats_since(self, count: int) -> Beats:
        """Return the last heartbeats sent after the first `count`."""
        new = self.count - count
        return self.beats[-new:] if new else ()

    def send(self, data: bytes) -> list[tuple[Seated, bytes]]:
        """Send bytes to all readers.

        Returns:
            The readers whose socket did not take everything, each with the remaining bytes.
        """
        short = send_to_all(self._descriptors, data)
        return [(self._readers[index], data[taken:]) for index, taken in short]
