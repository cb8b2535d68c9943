"""Work in a forked process of its own."""

import os
import signal
import threading
from collections.abc import Callable

# Seconds after which a child is killed: it is stuck.
PATIENCE = 30


def forked(work: Callable[[], int | None]) -> int:
    """Work in a forked process; return its exit code, or less than 0 where a signal killed it.

    A child has none of its parent's threads, and waits for ever for a lock that one of them held.
    So it is made when none of ours works that ends by itself.
    """
    for thread in threading.enumerate():
        if thread.name == "stoppress-wipe":
            thread.join()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(PATIENCE)
        status = 99
        try:
            status = work() or 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
