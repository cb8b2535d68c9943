"""Leaky buckets in the cells of a count-min sketch, shared by several processes without a lock.

A bucket drains at a rate, and accepts more while there is room. Each process writes only to words
of its own. A word holds two things: the amount that this process poured in since the bucket was
last found empty, and the moment at which it was found empty.

Of all processes' words for a bucket, those with the newest moment count. The level is the sum of
their amounts, minus what has drained since that moment.

One word holds both, so no process ever reads half an update. The high 30 bits are the moment, in
ticks of a clock that all processes share; it wraps around after 194 days. The low 34 bits are the
amount.
"""

from collections.abc import Sequence
from threading import Lock

# Ticks per second. At a rate of 50, the rounding admits less than one too early.
TICKS = 64
AMOUNT_BITS = 34
_AMOUNT, _MOMENT = (1 << AMOUNT_BITS) - 1, (1 << 30) - 1
# Another process may have read its clock later and written earlier.
_JUST_NOW = _MOMENT - TICKS
# A bucket that never gets empty starts a new period with its level as amount, so that the amount
# fits into its bits.
_LONGEST = 3600 * TICKS


class Buckets:
    """The words of one process, and those of the others."""

    def __init__(self, words: memoryview, own: int, all_: Sequence[int], lock: Lock) -> None:
        """Use a memory of 64-bit words.

        Args:
            own: index of this process's first word.
            all_: index of every process's first word, this one's included.
            lock: lock of this process's threads; releasing it makes the writes visible to other
                processes.
        """
        self._words = words
        self._own = own
        self._all = all_
        self._lock = lock

    def draw(
        self, cells: Sequence[int], amount: int, rate: float, depth: float, now: float
    ) -> float:
        """Pour an amount in, if there is room for it.

        An amount larger than the depth fits into an empty bucket. Several processes at the same
        moment may each use the last room: then the bucket overflows once by that much.

        Args:
            cells: one of each row, from 0.
            amount: whole, at least 1.
            rate: the amount that drains per second.
            depth: the bucket's capacity.
            now: seconds of a clock that all processes share (`time.monotonic`).

        Returns:
            0 where the amount was poured in, else the seconds until there is room.
        """
        tick = int(now * TICKS)
        with self._lock:
            wait = self._wait(cells, amount, rate, depth, tick)
            if not wait:
                self._pour(cells, amount, rate, tick)
            return wait

    def wait(
        self, cells: Sequence[int], amount: int, rate: float, depth: float, now: float
    ) -> float:
        """Return the seconds until there is room for an amount; arguments as for `draw`."""
        with self._lock:
            return self._wait(cells, amount, rate, depth, int(now * TICKS))

    def _wait(
        self, cells: Sequence[int], amount: int, rate: float, depth: float, tick: int
    ) -> float:
        # Another address may share the cell of one row, but rarely those of all rows.
        level = min([self._level(cell, rate, tick)[0] for cell in cells])
        return max(0.0, level + amount - max(depth, amount)) / rate

    def _pour(self, cells: Sequence[int], amount: int, rate: float, tick: int) -> None:
        for cell in cells:
            level, begun = self._level(cell, rate, tick)
            own, more = self._own + cell, amount
            if begun is None:
                begun, more = tick & _MOMENT, amount + round(level)
            elif self._words[own] >> AMOUNT_BITS == begun:
                more += self._words[own] & _AMOUNT
            self._words[own] = begun << AMOUNT_BITS | min(more, _AMOUNT)

    def _level(self, cell: int, rate: float, tick: int) -> tuple[float, int | None]:
        """Return a bucket's level, and the moment of its period; None where a new one begins."""
        newest, age, amount = None, _MOMENT, 0
        for begin in self._all:
            word = self._words[begin + cell]
            if not word:
                continue
            moment = word >> AMOUNT_BITS
            its_age = (tick - moment) & _MOMENT
            if its_age > _JUST_NOW:
                its_age = 0
            if moment == newest:
                amount += word & _AMOUNT
            elif its_age < age or newest is None:
                newest, age, amount = moment, its_age, word & _AMOUNT
        level = max(0.0, amount - rate * age / TICKS)
        return level, newest if level and age < _LONGEST else None
