"""A snapshot in a process's memory: encoded once for all readers that are sent it."""

from stoppress.live.protocol.frames import has_view, snapshot_frame
from stoppress.live.publishing.snapshots import Snapshot

# The reason of most snapshots, encoded first.
_START = "start"


class CachedSnapshot:
    """A snapshot, encoded once for each reason.

    Attributes:
        size: bytes of all encoded frames.
        has_views: an item of it has a view.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        s = snapshot
        self.cursor = s.cursor
        data = snapshot_frame(s.stream, s.cursor, _START, s.limit, s.floor, s.items)
        # The items are not kept: as Python objects they take many times the memory.
        self._frames: dict[str, bytes] = {_START: data}
        self.size = len(data)
        self.has_views = has_view(data)

    def frame(self, reason: str) -> bytes:
        """Return the encoded snapshot frame with a reason."""
        if reason not in self._frames:
            said, told = (f'"reason":"{word}"'.encode() for word in (_START, reason))
            self._frames[reason] = self._frames[_START].replace(said, told, 1)
            self.size += len(self._frames[reason])
        return self._frames[reason]
