"""A ring: the recent events of one stream, as consecutive frames."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame, blank

# Bytes of events in one write to a reader at the head.
BATCH_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events between the cursors `after` and `cursor`."""

    after: Cursor
    cursor: Cursor
    frames: tuple[bytes, ...]


class Ring:
    """Recent events between the cursors `start` and `head`, oldest first."""

    def __init__(self, start: Cursor) -> None:
        self.start = start
        self.head = start
        self.size = 0
        self._frames: deque[Frame] = deque()

    def __len__(self) -> int:
        return len(self._frames)

    def extend(self, frames: Sequence[Frame]) -> None:
        """Append events after the head; one that redacts blanks its key's earlier texts."""
        for frame in frames:
            self._frames.append(frame)
            self.size += len(frame.data)
            self.head = frame.cursor
        withdrawn = {frame.key: frame.cursor.position for frame in frames if frame.redacts}
        if withdrawn:
            self._purge(withdrawn)

    def after(self, position: int) -> Frame | None:
        """Return the event after a position; None at the head and before the start."""
        index = position - self.start.position
        return self._frames[index] if 0 <= index < len(self._frames) else None

    def holds(self, cursor: Cursor) -> bool:
        """Return whether a cursor lies in this ring, with the same link."""
        if cursor in (self.start, self.head):
            return True
        frame = self.after(cursor.position)
        return frame is not None and frame.after == cursor

    def bytes_after(self, position: int, most: int) -> int:
        """Return the bytes of the events after a position; counting stops above `most`."""
        size = 0
        for frame in islice(reversed(self._frames), max(0, self.head.position - position)):
            size += len(frame.data)
            if size > most:
                break
        return size

    def batch(self, after: Cursor) -> Batch | None:
        """Return the events after a cursor; None where they are too many, or it is unknown."""
        cursor, frames, size = after, list[bytes](), 0
        while (frame := self.after(cursor.position)) is not None and frame.after == cursor:
            cursor = frame.cursor
            frames.append(frame.data)
            size += len(frame.data)
        whole = frames and cursor == self.head and size <= max(BATCH_BYTES, len(frames[0]))
        return Batch(after, cursor, tuple(frames)) if whole else None

    def shrink(self, events: int) -> None:
        """Drop the oldest events until `events` are left."""
        while len(self._frames) > events:
            self._forget_oldest()

    def forget_before(self, floor: Cursor) -> None:
        """Drop the events up to a floor."""
        while self._frames and self.start.position < floor.position:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        frame = self._frames.popleft()
        self.size -= len(frame.data)
        self.start = frame.cursor

    def _purge(self, withdrawn: Mapping[str, int]) -> None:
        """Blank the texts of each key before a position; many keys go in one pass."""
        for index, frame in enumerate(self._frames):
            if frame.cursor.position < withdrawn.get(frame.key, 0):
                self._frames[index] = blank(frame)
                self.size += len(self._frames[index].data) - len(frame.data)
