"""What was read of a connection and is not parsed yet."""

EMPTY_LINE = b"\r\n\r\n"
# Bytes before an empty line's end that may have been taken already.
_BEFORE = len(EMPTY_LINE) - 1


class Unparsed:
    """Bytes, taken in slices in each of which no more than one request ends.

    A request's head ends with an empty line, and so does a chunked body. httptools parses all that
    it is given: of requests in a row it is to be given one at a time.
    """

    __slots__ = ("_at", "_bytes", "_taken")

    def __init__(self) -> None:
        self._bytes = b""
        self._at = 0
        self._taken = b""

    def __len__(self) -> int:
        return len(self._bytes) - self._at

    def add(self, data: bytes) -> None:
        """Add what was read."""
        self._bytes = self._bytes[self._at :] + data if len(self) else data
        self._at = 0

    def take(self, most: int | None = None) -> bytes | memoryview:
        """Take some bytes.

        Args:
            most: so many of a body whose length is known; else all to the end of an empty line.
        """
        at, data = self._at, self._bytes
        end = self._behind_empty_line() if most is None else min(len(data), at + most)
        self._at = end
        self._taken = (self._taken + data[max(at, end - _BEFORE) : end])[-_BEFORE:]
        if at == 0 and end == len(data):
            return data
        return memoryview(data)[at:end]

    def clear(self) -> None:
        """Let go of all."""
        self._bytes, self._at = b"", 0

    def _behind_empty_line(self) -> int:
        """Return where the first empty line ends, which may have begun in what was taken."""
        seam = self._taken + self._bytes[self._at : self._at + _BEFORE]
        found = seam.find(EMPTY_LINE)
        if found >= 0:
            return self._at + found + len(EMPTY_LINE) - len(self._taken)
        found = self._bytes.find(EMPTY_LINE, self._at)
        return found + len(EMPTY_LINE) if found >= 0 else len(self._bytes)
