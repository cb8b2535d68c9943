"""How many readers may come, in all, of one address and in a second, and what they are replayed."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from stoppress.live import conf
from stoppress.live.protocol.refusals import (
    Refusal,
    overloaded,
    too_hasty,
    too_many,
    too_much_replayed,
)

from .replay import FREE_BYTES, FREE_POLL_BYTES, PollReplay, Replay
from .shared_tally import SharedTally
from .tally import Tally, lone_tally

# Seconds to come back in, drawn from a range: those refused together must not return together.
FULL_WAIT = (10, 30)
# The longest such range, in seconds, of those who were refused for haste or for much replay.
SPREAD_SECONDS = 10.0
# Seconds' worth of replayed bytes that an address may have at once.
REPLAY_BURST = 8
# What replayed bytes are counted in.
UNIT_BYTES = 1024


class Admission:
    """Gives each reader a place, of those that the settings allow for the whole server."""

    def __init__(self, tally: Tally, clock: Callable[[], float] = time.monotonic) -> None:
        """Count in a tally; the clock's seconds are the same in all of a server's processes."""
        self._tally = tally
        self._clock = clock
        self._draw = self._draw_replay  # one for all who come

    def admit(self, address: str, handshake: bool = True) -> Callable[[], None]:
        """Give a reader a place; returns what gives it back, once however often it is called.

        Args:
            handshake: the reader comes; a poll that goes on from the last one does not.

        Raises:
            Refusal: the address has too many, or comes too often, or the server is full.
        """
        tally = self._tally
        cells = tally.cells(address)
        if handshake:
            self._check_haste(cells)
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

    def replay(self, address: str, handshake: bool = True) -> Replay | None:
        """Return what counts what one connection is replayed; None where there is no limit.

        Args:
            handshake: as for `admit`.
        """
        if not conf.whole("REPLAY_BYTES_PER_SECOND"):
            return None
        cells = self._tally.cells(address)
        if handshake:
            return Replay(self._draw, cells, FREE_BYTES)
        return PollReplay(self._draw, cells, FREE_POLL_BYTES)

    def _check_haste(self, cells: Sequence[int]) -> None:
        rate = conf.whole("HANDSHAKES_PER_SECOND")
        if not rate:
            return
        burst = max(1, conf.whole("HANDSHAKE_BURST"))
        # One that is refused is not poured in: a crowd that keeps trying would keep itself out.
        wait = self._tally.handshakes.draw(cells, 1, rate, burst, self._clock())
        if wait:
            raise too_hasty(_spread(wait, burst / rate))

    def _draw_replay(self, cells: Sequence[int], size: int, spend: bool) -> Refusal | None:
        rate = conf.whole("REPLAY_BYTES_PER_SECOND") / UNIT_BYTES
        buckets = self._tally.replays
        draw = buckets.draw if spend else buckets.wait
        wait = draw(cells, -(-size // UNIT_BYTES), rate, rate * REPLAY_BURST, self._clock())
        return too_much_replayed(_spread(wait, REPLAY_BURST)) if wait else None


def _spread(wait: float, whole: float) -> float:
    """Return when to come back, from when there is a place for one until there is for a crowd.

    Args:
        whole: seconds in which the whole of what may be had at once comes again.
    """
    whole = min(whole, SPREAD_SECONDS)
    return round(wait + random.uniform(whole / 8, whole) + 0.05, 1)


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
