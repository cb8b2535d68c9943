"""What the hub knows of a connection."""

from collections.abc import Sequence
from typing import Protocol

from .refusals import Refusal


class Sink(Protocol):
    """A way to one reader.

    Attributes:
        batch_bytes: bytes of frames that one write takes; 0 where each frame is a write of its own.
    """

    batch_bytes: int

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames. Only called while nothing is pending, and never waits."""

    def pending(self) -> int:
        """Return how many bytes are written but not yet taken by the network."""

    def close(self, refusal: Refusal) -> None:
        """End the connection after what was written."""
