"""The interface between the hub and a reader's connection."""

from collections.abc import Sequence
from typing import Protocol

from stoppress.live.protocol.refusals import Refusal

# A server that can write to readers itself offers a function under this name in
# `scope["extensions"]`. Called with a `Reader` and the subprotocol, it accepts the handshake and
# returns the reader's sink.
DIRECT = "stoppress.direct"


class Wire(Protocol):
    """A reader's socket, which WebSocket messages may be sent to directly, past the sink.

    Attributes:
        descriptor: the socket's; invalid once `Reader.disconnected` was called.
    """

    @property
    def descriptor(self) -> int:
        """The socket's file descriptor."""

    def write_rest(self, data: bytes) -> None:
        """Send the bytes that the socket did not take when it was written to directly."""


class Sink(Protocol):
    """Sends frames to one reader.

    Attributes:
        batch_bytes: bytes of frames that one write takes; 0 where each frame is a write of its own.
    """

    batch_bytes: int

    @property
    def wire(self) -> Wire | None:
        """The socket for direct writes, until the sink is `filled`, `disconnected` or closed."""

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames without waiting; called only while nothing is pending."""

    def pending(self) -> int:
        """Return how many written bytes the network has not taken yet."""

    def close(self, refusal: Refusal) -> None:
        """End the connection after everything that was written."""


class Reader(Protocol):
    """Callbacks for the server: a message came, or the sink is full, drained or closed."""

    def message_received(self, message: str | None) -> None:
        """Handle a message of the reader: its text, or None where it is not text."""

    def filled(self) -> None:
        """Stop writing past the sink: the network no longer takes everything."""

    def drained(self) -> None:
        """Continue writing: everything written was taken."""

    def disconnected(self, code: int) -> None:
        """Clean up after the connection; called once, with its close code."""
