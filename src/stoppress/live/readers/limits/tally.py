"""Counts a server's readers, in all and by address, and the recent use of each address.

The memory consists of 32-bit words: a head with the server's key, then a slot for each process. A
slot has a head with the process's total, the rows of its readers, and the buckets of handshakes and
of replayed bytes, whose words are twice as long.
"""

import secrets
from collections.abc import Sequence
from threading import Lock

from .buckets import Buckets
from .sketch import KEY_BYTES, WORDS, Sketch, cells_of

HEAD_WORDS = 16
HANDSHAKES_AT = HEAD_WORDS + WORDS
REPLAYS_AT = HANDSHAKES_AT + 2 * WORDS
SLOT_WORDS = REPLAYS_AT + 2 * WORDS
KEY_AT = slice(16, 16 + KEY_BYTES)
TOTAL = 0


def bytes_needed(slots: int) -> int:
    """Return the size of the memory for so many processes."""
    return 4 * (HEAD_WORDS + slots * SLOT_WORDS)


def head_of(slot: int) -> int:
    """Return the first word of a slot."""
    return HEAD_WORDS + slot * SLOT_WORDS


class Tally:
    """One process's counts, in the memory that all processes share.

    Add first, then check the count: of several processes that do so at once, the last one to add
    sees all the others. So none of them admits one reader too many.

    Attributes:
        handshakes: buckets of handshakes.
        replays: buckets of replayed bytes, in the caller's unit.
    """

    def __init__(self, memory: memoryview, slot: int, slots: int) -> None:
        """Take over a slot; the counts of a previous process there are cleared."""
        self._key = bytes(memory[KEY_AT])
        self._words = memory.cast("I")
        self._long_words = memory.cast("Q")
        heads = [head_of(number) for number in range(slots)]
        self._head, self._heads = heads[slot], heads
        first = [head + HEAD_WORDS for head in heads]
        self._readers = Sketch(self._words, first[slot], first)
        # A lock of this process only: for its threads, and because releasing and acquiring it is a
        # memory barrier. Without one, a processor may read the others' counts before they can see
        # what it has added, and two processes would both take the last place.
        self._lock = Lock()
        self.handshakes, self.replays = (
            Buckets(
                self._long_words,
                (heads[slot] + offset) // 2,
                [(head + offset) // 2 for head in heads],
                self._lock,
            )
            for offset in (HANDSHAKES_AT, REPLAYS_AT)
        )
        self.forget()

    def cells(self, address: str) -> Sequence[int]:
        """Return the cells in which an address is counted."""
        return cells_of(address, self._key)

    def add(self, cells: Sequence[int]) -> None:
        """Count a reader of an address."""
        with self._lock:
            self._readers.add(cells)
            self._words[self._head + TOTAL] += 1

    def remove(self, cells: Sequence[int]) -> None:
        """Take back a reader that this process has counted."""
        with self._lock:
            self._readers.remove(cells)
            self._words[self._head + TOTAL] -= 1

    def readers(self, cells: Sequence[int]) -> int:
        """Return how many readers an address has; it may be too high."""
        with self._lock:
            return self._readers.estimate(cells)

    def total(self) -> int:
        """Return how many readers there are in all."""
        with self._lock:
            return sum([self._words[head + TOTAL] for head in self._heads])

    def forget(self) -> None:
        """Clear the counts of this slot."""
        empty = memoryview(bytes(4 * SLOT_WORDS)).cast("I")
        with self._lock:
            self._words[self._head : self._head + SLOT_WORDS] = empty


def lone_tally() -> Tally:
    """Return the tally of a server with a single process."""
    memory = memoryview(bytearray(bytes_needed(1)))
    memory[KEY_AT] = secrets.token_bytes(KEY_BYTES)
    return Tally(memory, 0, 1)
