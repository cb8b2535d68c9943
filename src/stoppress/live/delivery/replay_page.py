"""A page: events before the ring's start, read from the log for readers that are far behind."""

from collections import deque
from collections.abc import Iterable

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.frames import Frame


class Page:
    """Events that follow one another; a reader lets each go as it passes it.

    Attributes:
        size: bytes of the frames that are left.
    """

    def __init__(self, frames: Iterable[Frame] = ()) -> None:
        self._frames = deque(frames)
        self.size = sum(len(frame.data) for frame in self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def shared(self) -> int:
        """Return what tells one read from another: pages of one read hold the same frames."""
        return id(self._frames[-1]) if self._frames else 0

    def take(self, cursor: Cursor) -> Frame | None:
        """Let go of all up to the event after a position, and return that; None where it ends."""
        while self._frames and self._frames[0].after.position <= cursor.position:
            frame = self._frames.popleft()
            self.size -= len(frame.data)
            if frame.after.position == cursor.position:
                return frame
        return None
