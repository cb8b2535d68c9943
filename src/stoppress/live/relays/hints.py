"""Hints: tell every hub of this process, and the other processes, that the log grew.

A hint may be lost, doubled or late: without one, each hub reads the log after SAFETY_POLL.
"""

import threading
from collections.abc import Callable

from . import layer as layer_relay

_lock = threading.Lock()
_listeners: list[Callable[[], None]] = []


def announce() -> None:
    """Wake this process's hubs and notify the others; from any thread, never waits or fails."""
    with _lock:
        listeners = list(_listeners)
    for wake in listeners:
        wake()
    layer_relay.send_hint()


def listen(wake: Callable[[], None]) -> None:
    """Call `wake` at every hint; it must be safe to call from any thread."""
    with _lock:
        _listeners.append(wake)


def forget(wake: Callable[[], None]) -> None:
    """Stop calling `wake`."""
    with _lock:
        if wake in _listeners:
            _listeners.remove(wake)
