"""Wait for something that comes."""

import time
from collections.abc import Callable
from typing import TypeVar

LONGEST = 60.0

Found = TypeVar("Found")


def wait_for(ready: Callable[[], Found]) -> Found:
    """Return what it returns, once that is true."""
    deadline = time.monotonic() + LONGEST
    while not (found := ready()):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # between two looks
    return found
