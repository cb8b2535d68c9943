"""The sans-I/O core of the `websockets` library, as both ways use it."""

import logging
from collections.abc import Sequence

from websockets.extensions import ServerExtensionFactory
from websockets.frames import Frame, Opcode
from websockets.protocol import CONNECTING, State
from websockets.server import ServerProtocol

# In no hierarchy, where a site's logging settings would give its level back: the library would
# tell of each connection.
_LOGGER = logging.Logger("stoppress.live.websocket", logging.WARNING)
_LOGGER.parent = logging.getLogger("stoppress.live")


class Parser(ServerProtocol):
    """Reads one connection.

    Args:
        message_bytes: bytes of a message at most.
    """

    def __init__(
        self,
        message_bytes: int | None,
        state: State = CONNECTING,
        extensions: Sequence[ServerExtensionFactory] | None = None,
    ) -> None:
        super().__init__(max_size=message_bytes, state=state, extensions=extensions, logger=_LOGGER)

    def recv_frame(self, frame: Frame) -> None:
        """Take a frame; a close may come amid a message (RFC 6455, section 5.4)."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)
