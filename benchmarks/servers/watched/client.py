"""Asks a watched server what it saw."""

import json
import socket
from typing import Any

from tests.services.process import free_port

PORT = free_port()
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "benchmarks.servers.watched.settings",
    "STOPPRESS_BENCH_WATCH": str(PORT),
}
"""What `stoppress serve` is given to be watched; one such server at a time."""


def begin() -> None:
    """Count requests and holds of the event loop anew, from now on."""
    _ask(b"begin")


def tell() -> dict[str, Any]:
    """Return what was counted, and end."""
    return _ask(b"tell")


def _ask(word: bytes) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", PORT), timeout=30) as asking:
        asking.sendall(word)
        answer: dict[str, Any] = json.loads(asking.recv(65536))
    return answer
