"""How many readers may come: in all, from one address, and in a second."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from stoppress.live import conf
from stoppress.live.refusals import overloaded, too_many

from .shared_tally import SharedTally
from .tally import Tally, lone_tally

# Seconds to come back in, drawn from a range: those refused together must not return together.
FULL_WAIT = (10, 30)
HASTE_WAIT = (2, 6)


class Admission:
    """Gives each reader a place, of those that the settings allow for the whole server."""

    def __init__(self, tally: Tally, clock: Callable[[], float] = time.monotonic) -> None:
        """Count in a tally; the clock's seconds are the same in all of a server's processes."""
        self._tally = tally
        self._clock = clock

    def admit(self, address: str) -> Callable[[], None]:
        """Give a reader a place; returns what gives it back, once however often it is called.

        Raises:
            Refusal: the address has too many, or comes too often, or the server is full.
        """
        tally = self._tally
        cells = tally.cells(address)
        self._check_haste(tally, cells)
        each, all_ = conf.whole("MAX_READERS_PER_ADDRESS"), conf.whole("MAX_READERS")
        # First count, then look: of several processes at once none can let in one too many.
        tally.enter(cells)
        if each and tally.readers(cells) > each:
            tally.leave(cells)
            raise too_many(random.randint(*FULL_WAIT))
        if all_ and tally.total() > all_:
            tally.leave(cells)
            raise overloaded(random.randint(*FULL_WAIT))
        return _release(tally, cells)

    def _check_haste(self, tally: Tally, cells: Sequence[int]) -> None:
        limit = conf.get("HANDSHAKES_PER_SECOND")
        if not limit:
            return
        now = self._clock()
        tally.knock(cells, now)
        if tally.rate(cells, now) > limit:
            # It does not count: a crowd that keeps trying would keep itself out for ever.
            tally.unknock(cells, now)
            raise too_many(random.randint(*HASTE_WAIT))


def _release(tally: Tally, cells: Sequence[int]) -> Callable[[], None]:
    places = [cells]

    def release() -> None:
        with suppress(IndexError):  # it was given back already, maybe by another thread
            tally.leave(places.pop())

    return release


_lock = Lock()
_admission: Admission | None = None


def admission() -> Admission:
    """Return the process's own, which counts alone until it was told to share."""
    global _admission
    with _lock:
        if _admission is None:
            _admission = Admission(lone_tally())
        return _admission


def share(path: str | Path, slot: int, slots: int) -> None:
    """Count together with a server's other processes, before the first reader comes.

    Args:
        path: the server's file; made by the first, and to be removed before a new server starts.
        slot: this process's place in it, of `slots`; no two that live at once have the same.

    Raises:
        ValueError: there is no such slot, or the file is of another server.
        BlockingIOError: another process has this slot.
    """
    global _admission
    shared = Admission(SharedTally(Path(path), slot, slots))
    with _lock:
        _admission = shared
