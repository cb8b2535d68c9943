"""`stoppress serve`: serve the site on a port, with one process or several."""

import argparse

from django.conf import settings
from django.db import connections

from stoppress.live import conf

from . import logs, setup
from .processes.supervisor import supervise
from .serving.sighup import answer_sighup
from .serving.sudden_end import end_at_once_by_signal
from .welcome import Welcome

HOST, PORT = "127.0.0.1", 8000
MOST_WORKERS = 64


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `stoppress serve` to its parser."""
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=port, default=PORT)
    parser.add_argument(
        "--workers",
        type=_workers,
        default=1,
        metavar="N",
        help="processes that serve (default: 1, which does the background work too)",
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="leave the background work to another process"
    )


def port(text: str) -> int:
    """Return a TCP port.

    Raises:
        ValueError, argparse.ArgumentTypeError: the text is not a port.
    """
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return number


def _workers(text: str) -> int:
    workers = int(text)
    if not 1 <= workers <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"a server has 1 to {MOST_WORKERS} workers")
    return workers


def run(options: argparse.Namespace) -> int:
    """Serve the site until a signal ends the process; return the exit status."""
    end_at_once_by_signal()
    logs.begin()
    answer_sighup("the server has not started yet: nothing is replaced")
    setup.prepare_to_serve(background=not options.no_worker)
    if options.workers > 1:
        return _supervise(options)
    # It imports models, which can be imported only once Django is loaded.
    from .one_process import serve_alone

    serve_alone(options.host, options.port, background=not options.no_worker)
    return 0


def _supervise(options: argparse.Namespace) -> int:
    welcome = Welcome(options.host)
    # The supervisor itself no longer needs the database.
    connections.close_all()
    return supervise(
        options.host,
        options.port,
        options.workers,
        welcome.text,
        background=not options.no_worker,
        drain_seconds=conf.get("DRAIN_SECONDS"),
        data=settings.DATA,
    )
