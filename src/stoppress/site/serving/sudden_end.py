"""End a process at once on SIGTERM or SIGINT, before it serves anybody and after it has stopped."""

import atexit
import os
import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


def end_at_once_by_signal() -> None:
    """End this process with status 0 at either signal, from now on.

    By default Python ends the process, or raises an exception at any point: during an import, or in
    the clean-up after a first signal, where it causes a traceback. A database rolls back what was
    not committed.
    """
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # such as by `nohup` or a shell's `&`
            signal.signal(number, _end)
    atexit.unregister(_ignore)
    atexit.register(_ignore)


def _end(signum: int, frame: FrameType | None) -> None:
    os._exit(0)


def _ignore() -> None:
    """Ignore both signals: Python resets other handlers at exit; one would change the status."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
