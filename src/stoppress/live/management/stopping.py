"""A command that is stopped cleans up after itself, as one that is interrupted does."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What the service manager, and a terminal that is closed, send.
SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Make the signals that stop a program raise an exception; only the main thread gets them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: object) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # a second one shall not end the cleaning up
        sys.exit(128 + number)

    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each, handler in before.items():
        if handler is not signal.SIG_IGN:  # as `nohup` has it
            signal.signal(each, leave)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
