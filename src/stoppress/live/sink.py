"""What the hub knows of a connection."""

from typing import Protocol

from .refusals import Refusal


class Sink(Protocol):
    """A way to one reader."""

    def write(self, data: bytes) -> None:
        """Send a frame. Only called while nothing is pending, and never waits."""

    def pending(self) -> int:
        """Return how many bytes are written but not yet taken by the network."""

    def close(self, refusal: Refusal) -> None:
        """End the connection after what was written."""
