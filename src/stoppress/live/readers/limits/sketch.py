"""A count-min sketch (Cormode and Muthukrishnan, 2005) that several processes share.

Each process writes only to rows of its own, so no count is lost although there is no lock. An
estimate adds up the rows of all processes. It may be too high, where keys share a cell in every
row; it is never too low.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

DEPTH = 4
# With 20,000 keys a cell holds 1.2 other keys on average; that all four cells of a key hold 5 or
# more others has a chance of 1 in 10**8.
WIDTH = 1 << 14
WORDS = DEPTH * WIDTH
KEY_BYTES = 16


# Many readers share one address, and readers return.
@lru_cache(maxsize=4096)
def cells_of(name: str, key: bytes) -> Sequence[int]:
    """Return the cell of a name in each row.

    Args:
        key: random bytes of the server; without them nobody can aim at another name's cells.
    """
    digest = memoryview(blake2b(name.encode(), digest_size=4 * DEPTH, key=key).digest())
    return tuple(row * WIDTH + number % WIDTH for row, number in enumerate(digest.cast("I")))


class Sketch:
    """The rows of one process, and those of the others."""

    def __init__(self, words: memoryview, own: int, all_: Sequence[int]) -> None:
        """Use a memory of 32-bit words.

        Args:
            own: index of this process's first word.
            all_: index of every process's first word, this one's included.
        """
        self._words = words
        self._own = own
        self._all = all_

    def add(self, cells: Sequence[int]) -> None:
        """Add one to the count."""
        words, own = self._words, self._own
        for cell in cells:
            words[own + cell] += 1

    def remove(self, cells: Sequence[int]) -> None:
        """Take back one that this process has added."""
        words, own = self._words, self._own
        for cell in cells:
            words[own + cell] -= 1

    def estimate(self, cells: Sequence[int]) -> int:
        """Return the count, which may be too high."""
        words, all_ = self._words, self._all
        return min([sum([words[rows + cell] for rows in all_]) for cell in cells])
