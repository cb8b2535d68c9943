"""What was read of a connection and is not parsed yet."""

EMPTY_LINE = b"\r\n\r\n"
# Bytes before an empty line's end that may have been taken already.
_BEFORE = len(EMPTY_LINE) - 1
# Of a slice whose length nothing says.
SLICE_BYTES = 4 * 1024


class Unparsed:
    """Bytes, taken in slices in each of which no more than one request ends.

    A request's head ends with an empty line, and so does a chunked body. httptools parses all that
    it is given: of requests in a row it is to be given one at a time.

    Attributes:
        left: bytes that are not taken yet.
    """

    __slots__ = ("_at", "_bytes", "_taken", "left")

    def __init__(self) -> None:
        self._bytes = self._taken = b""
        self._at = 0
        self.left = 0

    def add(self, data: bytes) -> None:
        """Add what was read."""
        self._bytes = self._bytes[self._at :] + data if self.left else data
        self._at = 0
        self.left = len(self._bytes)

    def take(self, most: int | None = None) -> bytes | memoryview:
        """Take some bytes.

        Args:
            most: so many of a body whose length is known; else to the end of an empty line, and
                `SLICE_BYTES` at most.
        """
        at, data = self._at, self._bytes
        end = self._behind_empty_line() if most is None else at + min(self.left, most)
        self._at = end
        self.left = len(data) - end
        if at == 0 and end == len(data):
            return data
        return memoryview(data)[at:end]

    def clear(self) -> None:
        """Let go of all."""
        self._bytes = self._taken = b""
        self._at = self.left = 0

    def _behind_empty_line(self) -> int:
        """Return where the first empty line ends, which may have begun in what was taken."""
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
