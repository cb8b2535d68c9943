"""The background worker in its own process, which the supervisor starts as a module."""

import argparse
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from stoppress.site.processes.lifeline import NOW, Lifeline
from stoppress.site.processes.supervised import begin
from stoppress.site.serving import leaving


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until the supervisor or a signal ends the process; return the exit status."""
    parser = argparse.ArgumentParser("stoppress.site.background.process")
    options = begin(parser, arguments)
    worker = new_worker()

    def end(signum: int, frame: FrameType | None) -> None:
        # A second signal during this handler would wait for the lock that the first one holds.
        signal.signal(signal.SIGTERM, lambda signum, frame: None)
        leaving.be_gone_within(leaving.WORKER_SECONDS)
        worker.end()

    signal.signal(signal.SIGTERM, end)
    leaving.stand_by()
    lifeline = Lifeline(options.lifeline)

    def obey(word: str) -> None:
        leaving.be_gone_within(leaving.AT_ONCE_SECONDS if word == NOW else leaving.LEAVE_SECONDS)
        worker.end()

    lifeline.listen(obey)
    worker.start()
    lifeline.ready()
    worker.wait()
    return 0


def new_worker() -> Any:
    """Return a `Worker`. Call this once Django is loaded."""
    # It imports models, which can be imported only once Django is loaded.
    from .worker import Worker

    return Worker()


if __name__ == "__main__":
    sys.exit(main())
