"""A page of a replay: events before the ring's start, read from the log for a reader far behind."""

from collections import deque
from collections.abc import Iterable

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame


class ReplayPage:
    """Consecutive events; each is dropped once the reader has passed it.

    Attributes:
        size: bytes of the remaining frames.
    """

    def __init__(self, frames: Iterable[Frame] = ()) -> None:
        self._frames = deque(frames)
        self.size = sum(len(frame.data) for frame in self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def shared(self) -> int:
        """Return an id of the read: pages of one read share their frames."""
        return id(self._frames[-1]) if self._frames else 0

    def take(self, cursor: Cursor) -> Frame | None:
        """Drop everything up to the event after a cursor and return that event; None at the end."""
        while self._frames and self._frames[0].after.position <= cursor.position:
            frame = self._frames.popleft()
            self.size -= len(frame.data)
            if frame.after.position == cursor.position:
                return frame
        return None
