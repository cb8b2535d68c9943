"""Admission: limits on readers, in all, by address and per second, and on replayed bytes."""

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

# Seconds until a refused reader should retry, drawn at random: readers refused together must not
# return together.
FULL_WAIT = (10, 30)
# The longest range, in seconds, for readers refused for too many handshakes or bytes.
SPREAD_SECONDS = 10.0
# Replayed bytes that an address may have at once, in seconds of its rate.
REPLAY_BURST = 8
# The unit in which replayed bytes are counted.
UNIT_BYTES = 1024


class Admission:
    """Admits readers within the limits that the settings set for the whole server."""

    def __init__(self, tally: Tally, clock: Callable[[], float] = time.monotonic) -> None:
        """Count in a tally; `clock` gives the same seconds in all of a server's processes."""
        self._tally = tally
        self._clock = clock
        self._draw = self._draw_replay  # one bound method for all connections

    def admit(self, address: str, handshake: bool = True) -> Callable[[], None]:
        """Admit a reader; return the function that releases its place.

        That function may be called repeatedly.

        Args:
            handshake: the reader is new; a poll that continues the last one is not.

        Raises:
            Refusal: the address has too many readers or handshakes, or the server is full.
        """
        tally = self._tally
        cells = tally.cells(address)
        if handshake:
            self._check_haste(cells)
        each, all_ = conf.whole("MAX_READERS_PER_ADDRESS"), conf.whole("MAX_READERS")
        # Count first, then check: so several processes at once cannot admit one reader too many.
        tally.add(cells)
        if each and tally.readers(cells) > each:
            tally.remove(cells)
            raise too_many(random.randint(*FULL_WAIT))
        if all_ and tally.total() > all_:
            tally.remove(cells)
            raise overloaded(random.randint(*FULL_WAIT))
        return _release(tally, cells)

    def replay(self, address: str, handshake: bool = True) -> Replay | None:
        """Return the counter of bytes replayed to one connection; None where there is no limit.

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
        # A refused handshake is not counted: a crowd that keeps trying would lock itself out.
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
    """Return after how many seconds to retry: at random, so that a crowd spreads out.

    Args:
        wait: seconds until one reader would be admitted.
        whole: seconds until a full burst is available again.
    """
    whole = min(whole, SPREAD_SECONDS)
    return round(wait + random.uniform(whole / 8, whole) + 0.05, 1)


def _release(tally: Tally, cells: Sequence[int]) -> Callable[[], None]:
    places = [cells]

    def release() -> None:
        with suppress(IndexError):  # released already, maybe by another thread
            tally.remove(places.pop())

    return release


_lock = Lock()
_admission: Admission | None = None


def admission() -> Admission:
    """Return this process's admission; it counts alone until `share` is called."""
    global _admission
    with _lock:
        if _admission is None:
            _admission = Admission(lone_tally())
        return _admission


def share(path: str | Path, slot: int, slots: int) -> None:
    """Count together with the server's other processes; call it before the first reader connects.

    Args:
        path: the server's file; created by the first process. Remove it before a new server starts.
        slot: this process's slot in it, of `slots`; no two running processes may have the same.

    Raises:
        ValueError: there is no such slot, or the file belongs to another server.
        BlockingIOError: another process has this slot.
    """
    global _admission
    shared = Admission(SharedTally(Path(path), slot, slots))
    with _lock:
        _admission = shared
