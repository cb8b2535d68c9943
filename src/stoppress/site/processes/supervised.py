"""How a process begins that the supervisor has started as a module."""

import argparse
import signal
from collections.abc import Sequence

from stoppress.site import setup

from .shared_state import SharedState


def begin(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Take the supervisor's arguments, count in the process's slot, and load Django.

    Args:
        parser: has the arguments of this kind of process.
    """
    parser.add_argument("--lifeline", type=int, required=True)
    SharedState.add_arguments(parser)
    options = parser.parse_args(arguments)
    # A terminal sends these to the whole group: the supervisor says what is to be done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    SharedState.join(options)
    setup.load()
    return options
