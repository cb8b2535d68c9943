"""Load modules without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let a block import modules while nothing is collected.

    To look for garbage in what is imported takes an eighth of a command's start. It is not frozen:
    what a frozen module holds, such as a connection, would not be closed when the process ends.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
