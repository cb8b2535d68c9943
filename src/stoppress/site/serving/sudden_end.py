"""SIGTERM and SIGINT to a process that serves nobody yet, or nobody any more: it ends at once."""

import atexit
import os
import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


def end_at_once_by_signal() -> None:
    """End this process with status 0 at either signal, from now on.

    Python's own way is an exception at any point: within an import, or in what cleans up after the
    first signal, where it ends as a traceback. A database rolls back what was not committed.
    """
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as of `nohup`, or of a shell's `&`
            signal.signal(number, _end)
    atexit.unregister(_ignore)
    atexit.register(_ignore)


def _end(signum: int, frame: FrameType | None) -> None:
    os._exit(0)


def _ignore() -> None:
    """Ignore the signals: Python resets others while it ends, and one would change the status."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
