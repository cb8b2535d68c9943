"""Load modules without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Import modules in a block without garbage collection.

    Garbage collection during imports takes an eighth of a command's start. The modules are not
    frozen: an object that a frozen module holds, such as a connection, would not be closed when the
    process ends.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
