"""The received bytes of a connection that are not parsed yet."""

EMPTY_LINE = b"\r\n\r\n"
# How many bytes of an empty line may have been in the slice before.
_BEFORE = len(EMPTY_LINE) - 1
# The longest slice of a head or of a chunked body, in bytes.
SLICE_BYTES = 4 * 1024


class Unparsed:
    """A buffer that gives out slices, each with the end of at most one request.

    httptools parses all bytes that it is given, so pipelined requests must be fed to it one at a
    time. A request's head ends with an empty line, and so does a chunked body.

    Attributes:
        left: how many bytes are still in the buffer.
    """

    __slots__ = ("_at", "_bytes", "_taken", "left")

    def __init__(self) -> None:
        self._bytes = self._taken = b""
        self._at = 0
        self.left = 0

    def add(self, data: bytes) -> None:
        """Add received bytes."""
        self._bytes = self._bytes[self._at :] + data if self.left else data
        self._at = 0
        self.left = len(self._bytes)

    def take(self, most: int | None = None) -> bytes | memoryview:
        """Take the next slice.

        Args:
            most: the longest slice, for a body of known length. Without it, the slice ends with
                the next empty line, or after `SLICE_BYTES`.
        """
        at, data = self._at, self._bytes
        end = self._behind_empty_line() if most is None else at + min(self.left, most)
        self._at = end
        self.left = len(data) - end
        if at == 0 and end == len(data):
            return data
        return memoryview(data)[at:end]

    def clear(self) -> None:
        """Drop all bytes."""
        self._bytes = self._taken = b""
        self._at = self.left = 0

    def _behind_empty_line(self) -> int:
        """Return the end of the first empty line, which may have begun in the slice before."""
        at, data = self._at, self._bytes
        if self._taken:
            seam = self._taken + data[at : at + _BEFORE]
            found = seam.find(EMPTY_LINE)
            if found >= 0:
                end = at + found + len(EMPTY_LINE) - len(self._taken)
                self._taken = b""
                return end
        last = min(len(data), at + SLICE_BYTES)
        found = data.find(EMPTY_LINE, at, last)
        if found >= 0:
            self._taken = b""
            return found + len(EMPTY_LINE)
        self._taken = (self._taken + data[max(at, last - _BEFORE) : last])[-_BEFORE:]
        return last
