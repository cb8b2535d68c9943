"""The recipe as tutorials begin: daphne with the in-memory channel layer, in one process."""

import sys
from pathlib import Path

from stoppress.drill.free_port import free_port

from .base import CannotRun
from .http_peer import HttpPeer
from .tutorial import APPLICATION, PATH, not_installed, prepare


def start(folder: Path, cpus: set[int]) -> HttpPeer:
    """Start the server, and return once it answers.

    Raises:
        CannotRun: daphne is not installed, or does not start.
    """
    if reason := missing():
        raise CannotRun(reason)
    peer = HttpPeer("recipe-daphne", free_port(), PATH)
    # With daphne's backlog of 50, a burst of connections would measure the kernel's retries.
    endpoint = f"tcp:port={peer.port}:interface=127.0.0.1:backlog=4096"
    # Its defaults, except that it does not log connections.
    command = [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, APPLICATION]
    # No Redis, even if the environment names one: this is the variant without it.
    peer.run(command, folder, cpus, prepare(folder, peer.name, RECIPE_REDIS=""))
    return peer


def missing() -> str | None:
    """Return why the server cannot run here; None if it can."""
    return not_installed("daphne")
