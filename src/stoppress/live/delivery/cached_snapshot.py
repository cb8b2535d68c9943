"""A snapshot as a process remembers it: encoded once, for all who are sent it."""

from stoppress.live.protocol.frames import snapshot_frame
from stoppress.live.publishing.snapshots import Snapshot

# Why most ask for a snapshot, so that it is encoded once for nearly all.
_START = "start"


class CachedSnapshot:
    """A snapshot, encoded once for each reason that it is given for.

    Attributes:
        size: bytes of what is encoded.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        s = snapshot
        self.cursor = s.cursor
        data = snapshot_frame(s.stream, s.cursor, _START, s.limit, s.floor, s.items)
        # The items themselves are let go: as Python has them, they are many times as large.
        self._frames: dict[str, bytes] = {_START: data}
        self.size = len(data)

    def frame(self, reason: str) -> bytes:
        """Return the frame that carries the snapshot."""
        if reason not in self._frames:
            said, told = (f'"reason":"{word}"'.encode() for word in (_START, reason))
            self._frames[reason] = self._frames[_START].replace(said, told, 1)
            self.size += len(self._frames[reason])
        return self._frames[reason]
