"""Handles the signals that end a server, besides the server's own handlers."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

# SIGQUIT is how gunicorn ends its workers after a Ctrl-C; SIGBREAK is Ctrl-Break on Windows.
ENDING = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGBREAK")


class _Beside:
    """A signal handler that calls ours, then the server's."""

    def __init__(self, ending: Callable[[], None], servers: Callable[..., object]) -> None:
        self._ending = ending
        self.servers = servers

    def __call__(self, number: int, frame: FrameType | None) -> None:
        try:
            self._ending()
        finally:
            self.servers(number, frame)


def hear(ending: Callable[[], None]) -> None:
    """Call a function at each signal that ends the server, before the server's own handler.

    Use it once the server serves: some install their handlers after the application's startup. A
    signal that the server does not handle stays unchanged. Outside the main thread, where Python
    cannot set handlers, all do.

    Args:
        ending: called in the main thread, between any two bytecode instructions.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _numbers():
        handler = signal.getsignal(number)
        # A handler of the event loop is called by the loop itself, whatever is installed here.
        if callable(handler) and handler is not signal.default_int_handler:
            if isinstance(handler, _Beside):
                handler = handler.servers
            signal.signal(number, _Beside(ending, handler))


def hear_no_more() -> None:
    """Give the signals back to the server."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _numbers():
        handler = signal.getsignal(number)
        if isinstance(handler, _Beside):
            signal.signal(number, handler.servers)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
