"""Wait for something that comes."""

import time
from collections.abc import Callable

LONGEST = 30.0


def wait_for(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # between two looks
