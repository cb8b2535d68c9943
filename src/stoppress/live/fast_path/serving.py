"""What the connections of one server share."""

from typing import Any
from weakref import WeakKeyDictionary

from uvicorn import Config
from uvicorn.server import ServerState

from .keepalive import Keepalive, Pinged

# Without a ping nobody would notice a reader who is gone without a word.
PING_SECONDS, PONG_SECONDS = 20.0, 20.0
_servings: WeakKeyDictionary[ServerState, "Serving"] = WeakKeyDictionary()


class Serving:
    """One server, as far as its readers' connections have to know it.

    Attributes:
        connections: who has to be gone before the server is.
        message_bytes: bytes of a reader's message at most.
    """

    def __init__(self, kind: type[Pinged], config: Config, state: ServerState) -> None:
        self.connections: set[Any] = state.connections
        self.message_bytes = config.ws_max_size
        interval = config.ws_ping_interval or PING_SECONDS
        self.keepalive = Keepalive(
            kind, state.connections, interval, config.ws_ping_timeout or PONG_SECONDS
        )


def serving_of(kind: type[Pinged], config: Config, state: ServerState) -> Serving:
    """Return what the connections of a server share; made for its first."""
    if state not in _servings:
        _servings[state] = Serving(kind, config, state)
    return _servings[state]
