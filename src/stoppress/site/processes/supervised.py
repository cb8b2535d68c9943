"""The start of a child process: every child of the supervisor begins with `begin`."""

import argparse
import signal
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from stoppress.site import logs, setup

from .shared_state import SharedState

# Signals that a terminal or a service manager sends to all processes of a group. The supervisor
# blocks them in a child until `begin`: during an import, SIGINT would cause a traceback.
GROUP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def begin(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the supervisor's arguments, count metrics in the process's slot, and load Django.

    Args:
        parser: a parser with the arguments of this kind of process.
    """
    parser.add_argument("--lifeline", type=int, required=True)
    SharedState.add_arguments(parser)
    options = parser.parse_args(arguments)
    # A terminal sends these signals to the whole group, but only the supervisor acts on them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, GROUP_SIGNALS)
    SharedState.join(options)
    logs.begin()
    try:
        setup.load()
    except ImproperlyConfigured as error:
        logs.tell(f"configuration error: {' '.join(str(error).split())}")
        sys.exit(2)
    return options
