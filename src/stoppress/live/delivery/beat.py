"""A beat: a heartbeat as one reader was sent it, or a whole row; the last two are remembered."""

from collections.abc import Mapping
from typing import NamedTuple

from stoppress.live.protocol.cursor import Cursor

# An answer that is under way when the next heartbeat goes out is still one to the one before.
KEPT = 2


class Beat(NamedTuple):
    """A heartbeat.

    Attributes:
        at: when it was sent, by the event loop's clock.
        cursors: what it said; all who were told the same share it.
    """

    at: float
    cursors: Mapping[str, Cursor]


Beats = tuple[Beat, ...]


def latest(*beats: Beats) -> Beats:
    """Return the last that are remembered of some, in their order."""
    return tuple(sorted(sum(beats, ()), key=_at)[-KEPT:])


def _at(beat: Beat) -> float:
    return beat.at
