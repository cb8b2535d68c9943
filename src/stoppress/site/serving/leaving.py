"""Whether this process is leaving, and the bound by which it is gone."""

import logging
import os
import threading

logger = logging.getLogger("stoppress.site")

# Seconds that open requests get to end, once the readers are gone.
LEAVE_SECONDS = 5
# Seconds for what is left then: connections to close, threads to end.
LAST_SECONDS = 2
# A second signal leaves within this, whatever is under way.
AT_ONCE_SECONDS = 1.0

_begun = threading.Event()
_not_ready = threading.Event()


def begun() -> bool:
    """Return whether this process is leaving; callable from any thread."""
    return _begun.is_set()


def ready() -> bool:
    """Return whether readers may come all the same: others listen at the same address."""
    return not _not_ready.is_set()


def begin(ready: bool) -> None:
    """Tell who asks that this process leaves, and whether that leaves readers alone."""
    if not ready:
        _not_ready.set()
    _begun.set()


def be_gone_within(seconds: float) -> None:
    """End this process after some seconds, whatever still runs in it.

    A view that hangs in its thread would keep the interpreter from ending for ever. The
    database rolls back what such a thread has not committed.
    """
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    logger.warning("something did not end in its time: leaving without it")
    os._exit(0)
