"""Sends: the same bytes to many sockets, by `send(2)` alone."""

import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

try:
    import ctypes
except ImportError:  # a Python that was built without it
    ctypes = None  # type: ignore[assignment]  # mypy knows no module that may be missing

# Nobody may wait for a socket here; where the system cannot say so, nothing is sent this way.
_AT_ONCE = getattr(socket, "MSG_DONTWAIT", None)


def _find_send() -> Callable[..., Any] | None:
    """Return `send(2)`; None where there is no such thing to be called.

    Calls by `PyDLL` keep the interpreter's lock. `os.write` gives it away, and another thread that
    is busy may hold it for 5 ms: with one such thread 400 sends took up to 1.4 s, this way 3 ms.
    """
    if ctypes is None or _AT_ONCE is None or sys.implementation.name != "cpython":
        return None
    return getattr(ctypes.PyDLL(None), "send", None)


_send = _find_send()
CAN_SEND = _send is not None


def send_to_all(descriptors: Sequence[int], data: bytes) -> list[tuple[int, int]]:
    """Send bytes to every socket; return the index of each that took fewer, and how many it took.

    Why one took none is not said: whoever writes to it next is told.
    """
    assert _send is not None, "look at CAN_SEND first"
    whole = len(data)
    size = ctypes.c_size_t(whole)
    short = []
    for index, descriptor in enumerate(descriptors):
        taken = _send(descriptor, data, size, _AT_ONCE)
        if taken != whole:
            short.append((index, max(0, taken)))
    return short
