"""Leaky buckets in the cells of a count-min sketch, which several processes keep together.

Each cell drains at a rate, and takes more while there is room. A process writes to words of its
own only: what it has poured in since the bucket was last found empty, and when that was. The
newest such moment holds for all, who take from it on what each other process has poured in since.
So a level is the sum of all, without a lock between them and without draining once for each.

A word says both at once, so that nobody reads a half of it: in its high 30 bits the moment, in
ticks of a clock that all share, which comes again after 194 days; in the low 34 the amount.
"""

from collections.abc import Sequence
from threading import Lock

# Of a second: what a rate of 50 lets in too early is less than one.
TICKS = 64
AMOUNT_BITS = 34
_AMOUNT, _MOMENT = (1 << AMOUNT_BITS) - 1, (1 << 30) - 1
# Another process may have read its clock later, and written earlier.
_JUST_NOW = _MOMENT - TICKS
# A bucket that is never empty begins anew with what is in it: the amount must find room.
_LONGEST = 3600 * TICKS


class Buckets:
    """One process's words of the buckets, and those of the others."""

    def __init__(self, words: memoryview, own: int, all_: Sequence[int], lock: Lock) -> None:
        """Stand on a memory of 64-bit words.

        Args:
            own: where this process's words begin.
            all_: where every process's words begin, this one's among them.
            lock: of this process's threads; giving it back shows others what was written.
        """
        self._words = words
        self._own = own
        self._all = all_
        self._lock = lock

    def draw(
        self, cells: Sequence[int], amount: int, rate: float, depth: float, now: float
    ) -> float:
        """Pour an amount in, if there is room for it.

        An amount beyond the depth has room in an empty bucket. Of several processes at this very
        moment each may be let in for the last room: so much too many, and once.

        Args:
            cells: one of each row, from 0.
            amount: whole, at least 1.
            rate: what drains in a second.
            depth: what there is room for.
            now: seconds of a clock that all processes share (`time.monotonic`).

        Returns:
            0 where that was done, else the seconds until there is room.
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
        # Others share a cell of one row, seldom one of every row.
        level = min([self._look(cell, rate, tick)[0] for cell in cells])
        return max(0.0, level + amount - max(depth, amount)) / rate

    def _pour(self, cells: Sequence[int], amount: int, rate: float, tick: int) -> None:
        for cell in cells:
            level, begun = self._look(cell, rate, tick)
            own, more = self._own + cell, amount
            if begun is None:
                begun, more = tick & _MOMENT, amount + round(level)
            elif self._words[own] >> AMOUNT_BITS == begun:
                more += self._words[own] & _AMOUNT
            self._words[own] = begun << AMOUNT_BITS | min(more, _AMOUNT)

    def _look(self, cell: int, rate: float, tick: int) -> tuple[float, int | None]:
        """Return a bucket's level, and since when it was not empty; None where that is to begin."""
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
