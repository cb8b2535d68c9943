"""A progress meter for long commands: it writes at most one line a second."""

import time
from collections.abc import Callable


class Meter:
    """Writes a progress line at most once a second; nothing in the first second."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._next = time.monotonic() + 1

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 1
            self._write(line)
