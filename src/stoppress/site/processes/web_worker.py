"""A web worker: one of several processes that serve the site. The supervisor starts it."""

import argparse
import logging
import socket
import sys
from collections.abc import Sequence

from stoppress.live.readers.limits import admission
from stoppress.site.static_files.collecting import collect

from .lifeline import LEAVE, NOW, RETIRE, Lifeline
from .supervised import begin

logger = logging.getLogger("stoppress.site")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the supervisor or a signal ends the process; return the exit status."""
    parser = argparse.ArgumentParser("stoppress.site.processes.web_worker")
    parser.add_argument("--listening", type=int, nargs="+", required=True)
    options = begin(parser, arguments)
    # It imports models, which can be imported only once Django is loaded.
    from stoppress.site.serving.uvicorn_server import make_server

    collect()  # of a new version, which SIGHUP has brought
    try:
        admission.share(options.limits, options.slot, options.slots)
    except OSError as error:
        logger.error("%s cannot be written: %s", options.limits, error.strerror)
        return 1
    lifeline = Lifeline(options.lifeline)
    server = make_server(lifeline.ready, supervised=True)

    def obey(word: str) -> None:
        {LEAVE: server.leave, RETIRE: server.retire, NOW: server.leave_at_once}[word]()

    lifeline.listen(obey)
    server.run([socket.socket(fileno=descriptor) for descriptor in options.listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
