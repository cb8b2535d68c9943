"""A beat: a heartbeat as it was sent to a reader or a row. The last two are remembered."""

from collections.abc import Mapping
from typing import NamedTuple

from stoppress.live.protocol.cursor import Cursor

# A reader's answer may still be on its way when the next heartbeat goes out.
KEPT = 2


class Beat(NamedTuple):
    """A heartbeat that was sent.

    Attributes:
        at: when it was sent, by the event loop's clock.
        cursors: the cursors in it; readers that were sent the same cursors share the mapping.
    """

    at: float
    cursors: Mapping[str, Cursor]


Beats = tuple[Beat, ...]


def latest(*beats: Beats) -> Beats:
    """Return the newest of some beats, oldest first: as many as are remembered."""
    return tuple(sorted(sum(beats, ()), key=_at)[-KEPT:])


def _at(beat: Beat) -> float:
    return beat.at
