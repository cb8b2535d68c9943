"""A meter: tells how far a long command is, at most once a second."""

import time
from collections.abc import Callable


class Meter:
    """Writes a line now and then; a command that is done within a second writes none."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._next = time.monotonic() + 1

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 1
            self._write(line)
