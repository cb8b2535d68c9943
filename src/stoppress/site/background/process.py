"""The background worker in its own process, which the supervisor starts as a module."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from stoppress.site.processes.lifeline import NOW, Lifeline
from stoppress.site.processes.supervised import begin
from stoppress.site.serving import leaving


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until the supervisor or a signal ends the process; return the exit status."""
    parser = argparse.ArgumentParser("stoppress.site.background.process")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = begin(parser, arguments)
    ended = threading.Event()
    # It imports models, which can be imported only once Django is loaded.
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
