"""The recipe as its posts begin: daphne and the in-memory layer, all in one process."""

import sys
from pathlib import Path

from tests.services.process import free_port

from .base import CannotRun
from .http_peer import HttpPeer
from .tutorial import APPLICATION, PATH, not_installed, prepare


def start(folder: Path, cpus: set[int]) -> HttpPeer:
    """Start it, and return when it answers.

    Raises:
        CannotRun: daphne is not installed, or does not start.
    """
    if reason := missing():
        raise CannotRun(reason)
    peer = HttpPeer("recipe-daphne", free_port(), PATH)
    # Its own backlog of 50 would measure the kernel's second tries when many come at once.
    endpoint = f"tcp:port={peer.port}:interface=127.0.0.1:backlog=4096"
    # Its defaults, but that it logs no reader's coming.
    command = [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, APPLICATION]
    # No Redis, whatever is set around us: other processes could not reach its readers.
    peer.run(command, folder, cpus, prepare(folder, peer.name, RECIPE_REDIS=""))
    return peer


def missing() -> str | None:
    """Tell in words why it cannot run here; None where it can."""
    return not_installed("daphne")
