"""What the hub knows of a connection."""

from collections.abc import Sequence
from typing import Protocol

from stoppress.live.protocol.refusals import Refusal

# A server that can write to readers itself offers it in `scope["extensions"]`: a call with a
# `Reader` and the subprotocol accepts the handshake and returns the reader's sink.
DIRECT = "stoppress.direct"


class Wire(Protocol):
    """A reader's socket, to which WebSocket messages may be sent past the sink.

    Attributes:
        descriptor: the socket's, for as long as the reader is not `gone`.
    """

    @property
    def descriptor(self) -> int:
        """The socket's file descriptor."""

    def write_rest(self, data: bytes) -> None:
        """Send what the socket did not take of bytes that were sent past the sink."""


class Sink(Protocol):
    """A way to one reader.

    Attributes:
        batch_bytes: bytes of frames that one write takes; 0 where each frame is a write of its own.
    """

    batch_bytes: int

    @property
    def wire(self) -> Wire | None:
        """What the reader may be sent past the sink, until it is `filled`, `gone` or closed."""

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames. Only called while nothing is pending, and never waits."""

    def pending(self) -> int:
        """Return how many bytes are written but not yet taken by the network."""

    def close(self, refusal: Refusal) -> None:
        """End the connection after what was written."""


class Reader(Protocol):
    """What a sink of a server's own tells of its reader."""

    def heard(self, message: str | None) -> None:
        """Take what the reader says: text, or None for what is no text."""

    def filled(self) -> None:
        """Send nothing past the sink: the network does not take everything."""

    def drained(self) -> None:
        """Write on: all that was written is taken."""

    def gone(self, code: int) -> None:
        """Leave; said once, with the code of the close."""
