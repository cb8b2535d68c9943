"""The shutdown of this process: whether it has begun, and when the process ends at the latest.

Signal handlers call these functions, and one handler can interrupt another. So no function takes a
lock, not even that of an `Event` or of a thread's start: the second handler would wait for the
first.
"""

import logging
import os
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue

logger = logging.getLogger("stoppress.site")

# Seconds that open requests get to end after the last reader was disconnected.
LEAVE_SECONDS = 5
# Seconds after that for connections to close and threads to end.
LAST_SECONDS = 2
# Seconds in which a background worker ends by itself, unless one of its threads hangs.
WORKER_SECONDS = LEAVE_SECONDS + LAST_SECONDS
# Seconds until the end of the process after a second signal, whatever is running.
AT_ONCE_SECONDS = 1.0

_begun = False
_ready = True
# The only queue class whose `put` may be interrupted by a signal handler that calls `put`.
_last_moments = SimpleQueue[float]()


def begun() -> bool:
    """Return whether this process is shutting down; callable from any thread."""
    return _begun


def ready() -> bool:
    """Return whether readers may still connect, because siblings listen at the same address."""
    return _ready


def begin(ready: bool) -> None:
    """Begin the shutdown.

    Args:
        ready: siblings listen at the same address, so `/readyz` still answers 200.
    """
    global _begun, _ready
    _ready = _ready and ready
    _begun = True


def stand_by() -> None:
    """Start the thread that ends the process for `be_gone_within`."""
    threading.Thread(target=_keep_time, name="stoppress-leaving", daemon=True).start()


def be_gone_within(seconds: float) -> None:
    """End this process after some seconds, whatever is still running; call `stand_by` before.

    A view that hangs in a thread would otherwise keep the process alive for ever. The database
    rolls back the thread's open transaction.
    """
    _last_moments.put(time.monotonic() + seconds)


def _keep_time() -> None:
    last = _last_moments.get()
    while (left := last - time.monotonic()) > 0:
        with suppress(Empty):
            last = min(last, _last_moments.get(timeout=left))
    logger.warning("a thread or connection did not end in time: the process ends without it")
    os._exit(0)
