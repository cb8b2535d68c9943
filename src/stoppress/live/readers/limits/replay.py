"""The replay limit of one connection: an ordinary join is free, more uses an allowance."""

import math
from collections.abc import Callable, Sequence

from stoppress.live.protocol.refusals import Refusal

# Free bytes for each handshake. Handshakes are limited, so this is bounded too. A page that returns
# a few events behind, or needs a snapshot, uses no more.
FREE_BYTES = 64 * 1024
# Free bytes for each poll that continues the last one: those do not count as handshakes.
FREE_POLL_BYTES = 4 * 1024
# Bytes drawn at once. The address does not get back the bytes that the reader leaves unused.
PIECE_BYTES = 16 * 1024
POLL_PIECE_BYTES = 1024

# Draws bytes from the allowance of an address, given by its cells. If the last argument is false,
# it only checks whether the bytes are there. Returns the refusal if they are not.
Draw = Callable[[Sequence[int], int, bool], Refusal | None]


class Replay:
    """Counts what one connection is sent before it is live.

    Args:
        draw: draws from the address's allowance.
        cells: the cells in which the address is counted.
        free: bytes that are free.

    Attributes:
        left: bytes that are free, or drawn already.
        refusal: the reason why the replay ends; None while it may continue.
    """

    # There is one for each connection, so it must be small.
    __slots__ = ("_cells", "_draw", "left", "refusal")

    PIECE = PIECE_BYTES

    def __init__(self, draw: Draw, cells: Sequence[int], free: int) -> None:
        self._draw = draw
        self._cells = cells
        self.left = free
        self.refusal: Refusal | None = None

    def charge_all(self) -> None:
        """Grant no free bytes: the reader asks for more than an ordinary join."""
        self.left = 0

    def may_begin(self) -> bool:
        """Return whether the allowance has another piece; called before the log is read."""
        self.refusal = self.refusal or self._draw(self._cells, self.PIECE, False)
        return self.refusal is None

    def affords(self, size: int) -> bool:
        """Return whether the allowance has so many bytes left, and spend them.

        After the first refusal it grants nothing more.
        """
        if self.refusal is not None:
            return False
        if size > self.left:
            drawn = math.ceil((size - self.left) / self.PIECE) * self.PIECE
            self.refusal = self._draw(self._cells, drawn, True)
            if self.refusal is not None:
                return False
            self.left += drawn
        self.left -= size
        return True


class PollReplay(Replay):
    """The replay limit of a poll that continues the last one; such polls are many, and small."""

    __slots__ = ()

    PIECE = POLL_PIECE_BYTES

    def charge_all(self) -> None:
        """Keep the free bytes: a crowd behind one address polls for the same event at once."""
