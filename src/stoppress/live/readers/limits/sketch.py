"""A count-min sketch (Cormode and Muthukrishnan, 2005) that several processes keep together.

Each process writes to rows of its own only, so that no count is lost without a lock between
them; an estimate adds up the rows of all. It may be too high where keys share a cell in every
row, and is never too low.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

DEPTH = 4
# 20,000 keys fill a cell with 1.2 others on average: four rows at once with 5 others, 1 in 10**8.
WIDTH = 1 << 14
WORDS = DEPTH * WIDTH
KEY_BYTES = 16


# Readers behind one address come in numbers, and who leaves comes back.
@lru_cache(maxsize=4096)
def cells_of(name: str, key: bytes) -> Sequence[int]:
    """Return the cell of a name in each row.

    Args:
        key: random bytes of the server; who does not know them cannot aim at another's cells.
    """
    digest = memoryview(blake2b(name.encode(), digest_size=4 * DEPTH, key=key).digest())
    return tuple(row * WIDTH + number % WIDTH for row, number in enumerate(digest.cast("I")))


class Sketch:
    """The rows of one process, and those of the others."""

    def __init__(self, words: memoryview, own: int, all_: Sequence[int]) -> None:
        """Stand on a memory of 32-bit words.

        Args:
            own: where this process's rows begin.
            all_: where every process's rows begin, this one's among them.
        """
        self._words = words
        self._own = own
        self._all = all_

    def add(self, cells: Sequence[int]) -> None:
        """Count one more."""
        words, own = self._words, self._own
        for cell in cells:
            words[own + cell] += 1

    def remove(self, cells: Sequence[int]) -> None:
        """Count one less of what this process has added."""
        words, own = self._words, self._own
        for cell in cells:
            words[own + cell] -= 1

    def estimate(self, cells: Sequence[int]) -> int:
        """Return how many there are, or more."""
        words, all_ = self._words, self._all
        return min([sum([words[rows + cell] for rows in all_]) for cell in cells])
