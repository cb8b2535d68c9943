"""The sans-I/O core of the `websockets` library, as both WebSocket paths use it."""

import logging
from collections.abc import Sequence

from websockets.extensions import ServerExtensionFactory
from websockets.frames import Frame, Opcode
from websockets.protocol import CONNECTING, State
from websockets.server import ServerProtocol

# Outside the hierarchy of loggers, where a site's logging settings would reset its level: the
# library would then log every connection.
_LOGGER = logging.Logger("stoppress.live.websocket", logging.WARNING)
_LOGGER.parent = logging.getLogger("stoppress.live")


class Parser(ServerProtocol):
    """Parses one connection.

    Args:
        message_bytes: most bytes of a message.
    """

    def __init__(
        self,
        message_bytes: int | None,
        state: State = CONNECTING,
        extensions: Sequence[ServerExtensionFactory] | None = None,
    ) -> None:
        super().__init__(max_size=message_bytes, state=state, extensions=extensions, logger=_LOGGER)

    def recv_frame(self, frame: Frame) -> None:
        """Handle a frame; a close may come in the middle of a message (RFC 6455, section 5.4)."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)
