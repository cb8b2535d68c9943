"""The background worker as a process of its own; the supervisor starts it as a module."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from . import leaving, setup
from .lifeline import NOW, Lifeline
from .shared_state import SharedState


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until the supervisor, or a signal, ends it; return the exit status."""
    parser = argparse.ArgumentParser("stoppress.site.background_worker")
    parser.add_argument("--lifeline", type=int, required=True)
    SharedState.add_arguments(parser)
    options = parser.parse_args(arguments)
    # A terminal sends these to the whole group: the supervisor says what is to be done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended = threading.Event()
    SharedState.join(options)
    setup.load()
    # Django must be loaded before its models.
    from .worker import Worker

    worker = Worker()
    lifeline = Lifeline(options.lifeline)

    def obey(word: str) -> None:
        leaving.be_gone_within(leaving.AT_ONCE_SECONDS if word == NOW else leaving.LEAVE_SECONDS)
        ended.set()

    lifeline.listen(obey)
    worker.start()
    lifeline.ready()
    with suppress(KeyboardInterrupt):
        ended.wait()
    worker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
