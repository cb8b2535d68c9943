"""The in-process relay: tell every hub of this process that the log grew.

Only ever a hint: it may be lost, doubled or late, since each hub looks for itself as well.
"""

import threading
from collections.abc import Callable

_lock = threading.Lock()
_listeners: list[Callable[[], None]] = []


def announce() -> None:
    """Wake every hub of this process; callable from any thread, and never waits."""
    with _lock:
        listeners = list(_listeners)
    for wake in listeners:
        wake()


def listen(wake: Callable[[], None]) -> None:
    """Call `wake` at every announcement; it must be safe to call from any thread."""
    with _lock:
        _listeners.append(wake)


def forget(wake: Callable[[], None]) -> None:
    """Stop calling `wake`."""
    with _lock:
        if wake in _listeners:
            _listeners.remove(wake)
