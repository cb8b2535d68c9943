"""What one connection is replayed: an ordinary join is free, more is drawn from an allowance."""

import math
from collections.abc import Callable, Sequence

from stoppress.live.protocol.refusals import Refusal

# Handshakes are counted, so that a free part of each is bounded. A page that comes back some
# events behind, or asks for a snapshot, needs no more.
FREE_BYTES = 64 * 1024
# Polls that go on from the last one are not counted as handshakes: this is free of each.
FREE_POLL_BYTES = 4 * 1024
# What is drawn at once: what a reader leaves of it is lost to its address.
PIECE_BYTES = 16 * 1024
POLL_PIECE_BYTES = 1024

# Draws bytes from the allowance of who is counted in some cells, or sees only whether that could
# be done; returns why not.
Draw = Callable[[Sequence[int], int, bool], Refusal | None]


class Replay:
    """Counts what one connection is sent before it is live.

    Args:
        draw: from the address's allowance.
        cells: where the address is counted.
        free: bytes that are not drawn.

    Attributes:
        left: bytes that are free, or were drawn already.
        refusal: why there is no more of it; None as long as there is.
    """

    # There are many of them.
    __slots__ = ("_cells", "_draw", "left", "refusal")

    PIECE = PIECE_BYTES

    def __init__(self, draw: Draw, cells: Sequence[int], free: int) -> None:
        self._draw = draw
        self._cells = cells
        self.left = free
        self.refusal: Refusal | None = None

    def charge_all(self) -> None:
        """Give nothing for free: what is asked for is no ordinary join."""
        self.left = 0

    def may_begin(self) -> bool:
        """Say whether there is a piece to be drawn, before what it is for is read."""
        self.refusal = self.refusal or self._draw(self._cells, self.PIECE, False)
        return self.refusal is None

    def affords(self, size: int) -> bool:
        """Spend so many bytes; say whether there were as many. Once there were not, it is over."""
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
    """Counts for a poll that goes on from the last one; such polls are many, and small."""

    __slots__ = ()

    PIECE = POLL_PIECE_BYTES

    def charge_all(self) -> None:
        """Leave what is free: a crowd of one address polls for the same event at once."""
