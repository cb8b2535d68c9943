"""What the connections of one server share."""

from typing import Any
from weakref import WeakKeyDictionary

from uvicorn import Config
from uvicorn.server import ServerState

from .hearing import Hearing
from .keepalive import Keepalive

# Without a ping nobody would notice a reader who is gone without a word.
PING_SECONDS, PONG_SECONDS = 20.0, 20.0
_servings: WeakKeyDictionary[ServerState, "Serving"] = WeakKeyDictionary()


class Serving:
    """One server, as far as its readers' connections have to know it.

    Attributes:
        connections: who has to be gone before the server is.
    """

    def __init__(self, config: Config, state: ServerState) -> None:
        self.connections: set[Any] = state.connections
        self._message_bytes = config.ws_max_size
        self._idle: Hearing | None = None
        self.keepalive = Keepalive(
            config.ws_ping_interval or PING_SECONDS, config.ws_ping_timeout or PONG_SECONDS
        )

    def hear(self) -> Hearing:
        """Return what reads the frames of one reader, who speaks."""
        hearing, self._idle = self._idle, None
        return hearing or Hearing(self._message_bytes)

    def heard(self, hearing: Hearing) -> None:
        """Take back what is idle: most readers say one frame, and the next reads it with the same.

        To make one anew would take as long as to read the frame.
        """
        self._idle = hearing


def serving_of(config: Config, state: ServerState) -> Serving:
    """Return what the connections of a server share; made for its first."""
    if state not in _servings:
        _servings[state] = Serving(config, state)
    return _servings[state]
