"""State shared by the connections of one server."""

from typing import Any
from weakref import WeakKeyDictionary

from uvicorn import Config
from uvicorn.server import ServerState

from .keepalive import Keepalive
from .message_decoder import MessageDecoder

# Without pings a reader that vanished silently would stay connected.
PING_SECONDS, PONG_SECONDS = 20.0, 20.0
_servings: WeakKeyDictionary[ServerState, "Serving"] = WeakKeyDictionary()


class Serving:
    """The state that the readers' connections of one server share.

    Attributes:
        connections: connections that must end before the server stops.
    """

    def __init__(self, config: Config, state: ServerState) -> None:
        self.connections: set[Any] = state.connections
        self._message_bytes = config.ws_max_size
        self._idle: MessageDecoder | None = None
        self.keepalive = Keepalive(
            config.ws_ping_interval or PING_SECONDS, config.ws_ping_timeout or PONG_SECONDS
        )

    def lend_decoder(self) -> MessageDecoder:
        """Return a decoder for the frames of one reader."""
        decoder, self._idle = self._idle, None
        return decoder or MessageDecoder(self._message_bytes)

    def return_decoder(self, decoder: MessageDecoder) -> None:
        """Take back an idle decoder for the next reader: most readers send one frame at a time.

        Creating a decoder takes as long as reading the frame.
        """
        self._idle = decoder


def serving_of(config: Config, state: ServerState) -> Serving:
    """Return the shared state of a server's connections, created for the first one."""
    if state not in _servings:
        _servings[state] = Serving(config, state)
    return _servings[state]
