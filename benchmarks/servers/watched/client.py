"""The client of a watched server: asks it for its counts."""

import json
import socket
from typing import Any

from stoppress.drill.free_port import free_port

PORT = free_port()
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "benchmarks.servers.watched.settings",
    "STOPPRESS_BENCH_WATCH": str(PORT),
}
"""The environment that makes `stoppress serve` a watched server; only one can run at a time."""


def begin() -> None:
    """Start new counts of requests and of event-loop delays."""
    _ask(b"begin")


def tell() -> dict[str, Any]:
    """Return the counts, and stop counting."""
    return _ask(b"tell")


def _ask(word: bytes) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", PORT), timeout=30) as asking:
        asking.sendall(word)
        answer: dict[str, Any] = json.loads(asking.recv(65536))
    return answer
