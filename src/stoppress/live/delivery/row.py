"""A row: readers at the same place in a stream, who are written to without being looked at."""

from collections.abc import Iterator
from typing import Protocol

from stoppress.live.protocol.cursor import Cursor

from .beat import Beat, Beats, latest
from .connection import Connection, Place
from .ring import Batch
from .sends import send_to_all

# Readers of a row: few enough that the event loop has its turn soon, enough that who they are and
# where the row is found costs each of them little.
ROW = 32


class Seated(Place, Protocol):
    """A reader's place in one stream, as those see it who write to many.

    Attributes:
        row: those it is written to with; None where it is written to by itself.
        reason: why a snapshot is the next that the reader is sent; None where it is not.
    """

    connection: Connection
    row: "Row | None"
    reason: str | None

    def place(self, cursor: Cursor | None, reason: str | None) -> None:
        """Put the reader after a cursor, or, with a reason, where the next snapshot is."""

    def follow(self, batch: Batch) -> bool:
        """Write what has just come to a reader that has all before it; say whether that was so."""

    def forget(self) -> None:
        """Forget what was read for the reader: it may hold a text that was withdrawn."""

    def forget_before(self, floor: Cursor) -> None:
        """Forget what was read for the reader and has been trimmed from the log since."""


class Row:
    """Readers who move on as one.

    Writing to a reader takes the kernel some microseconds, and finding its objects in memory a
    good part of one; of a row, only the descriptors are touched.

    Attributes:
        cursor: what all of them were sent last.
        slot: where in the timekeeper's wheel all have their heartbeats: where the first had them.
        beats: the last heartbeats that it was sent.
        count: how many those were in all.
        sole: none of them reads another stream, so that one heartbeat tells each what it was sent.
    """

    __slots__ = ("_descriptors", "_readers", "beats", "count", "cursor", "slot", "sole")

    def __init__(self, cursor: Cursor, slot: int = 0) -> None:
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
        """Whether nobody finds a seat any more."""
        return len(self) >= ROW

    @property
    def sparse(self) -> bool:
        """Whether more than half of the seats are free."""
        return len(self) < ROW // 2

    def seat(self, subscription: Seated, descriptor: int) -> None:
        """Take in a reader who is at the row's cursor."""
        self._readers.append(subscription)
        self._descriptors.append(descriptor)
        subscription.row = self
        subscription.seated = self.count
        self.sole = self.sole and len(subscription.connection.subscriptions) <= 1

    def unseat(self, subscription: Seated) -> None:
        """Let a reader go, with the row's cursor as its own."""
        index = self._readers.index(subscription)
        self._readers[index] = self._readers[-1]
        self._descriptors[index] = self._descriptors[-1]
        self._readers.pop()
        self._descriptors.pop()
        subscription.connection.keep_beats(subscription)
        subscription.row = None
        subscription.place(self.cursor, None)

    def beat(self, beat: Beat) -> None:
        """Note a heartbeat that is sent to all."""
        self.beats = latest(self.beats, (beat,))
        self.count += 1

    def beats_since(self, count: int) -> Beats:
        """Return the last heartbeats of those who took their seat after some had been sent."""
        new = self.count - count
        return self.beats[-new:] if new else ()

    def send(self, data: bytes) -> list[tuple[Seated, bytes]]:
        """Send bytes to all.

        Returns:
            Those whose socket did not take everything, and what is left for each.
        """
        short = send_to_all(self._descriptors, data)
        return [(self._readers[index], data[taken:]) for index, taken in short]
