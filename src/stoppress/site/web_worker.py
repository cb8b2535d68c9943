"""One of several processes that serve the site; the supervisor starts it as a module."""

import argparse
import signal
import socket
import sys
from collections.abc import Sequence

from . import setup
from .lifeline import LEAVE, NOW, RETIRE, Lifeline
from .shared_state import SharedState


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the supervisor, or a signal, ends it; return the exit status."""
    parser = argparse.ArgumentParser("stoppress.site.web_worker")
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("--listening", type=int, nargs="+", required=True)
    SharedState.add_arguments(parser)
    options = parser.parse_args(arguments)
    # A terminal sends these to the whole group: the supervisor says what is to be done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    SharedState.join(options)
    setup.load()
    # Django must be loaded before its models.
    from stoppress.live.limits import admission

    from .server import make_server

    admission.share(options.limits, options.slot, options.slots)
    lifeline = Lifeline(options.lifeline)
    server = make_server(lifeline.ready, supervised=True)

    def obey(word: str) -> None:
        {LEAVE: server.leave, RETIRE: server.retire, NOW: server.leave_at_once}[word]()

    lifeline.listen(obey)
    server.run([socket.socket(fileno=descriptor) for descriptor in options.listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
