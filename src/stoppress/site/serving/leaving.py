"""The shutdown of this process: whether it has begun, and when the process ends at the latest."""

import logging
import os
import threading

logger = logging.getLogger("stoppress.site")

# Seconds that open requests get to end after the last reader has been let go.
LEAVE_SECONDS = 5
# Seconds after that for connections to close and threads to end.
LAST_SECONDS = 2
# Seconds in which a second signal ends the process, whatever is running.
AT_ONCE_SECONDS = 1.0

_begun = threading.Event()
_not_ready = threading.Event()


def begun() -> bool:
    """Return whether this process is shutting down; callable from any thread."""
    return _begun.is_set()


def ready() -> bool:
    """Return whether new readers may still come, since siblings listen at the same address."""
    return not _not_ready.is_set()


def begin(ready: bool) -> None:
    """Begin the shutdown.

    Args:
        ready: siblings listen at the same address, so `/readyz` still answers 200.
    """
    if not ready:
        _not_ready.set()
    _begun.set()


def be_gone_within(seconds: float) -> None:
    """End this process after some seconds, whatever is still running in it.

    A view that hangs in a thread would otherwise keep the process alive for ever. The database
    rolls back what the thread has not committed.
    """
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    logger.warning("a thread or connection did not end in time: the process ends without it")
    os._exit(0)
