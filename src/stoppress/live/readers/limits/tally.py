"""How many readers a server has: in all, of an address, and what an address has had lately.

The memory, in words of 32 bits: a head with the server's key, then each process's slot: a head
with its total, the rows of its readers, and the buckets of handshakes and of replayed bytes, whose
words are twice as long.
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
    """Return the size of the memory that so many processes share."""
    return 4 * (HEAD_WORDS + slots * SLOT_WORDS)


def head_of(slot: int) -> int:
    """Return where a slot begins, in words."""
    return HEAD_WORDS + slot * SLOT_WORDS


class Tally:
    """One process's counts, in the memory of them all.

    Whoever adds first and then looks cannot be one too many: of several processes that do so at
    once, the last to have added sees all the others.

    Attributes:
        handshakes: buckets of handshakes.
        replays: buckets of replayed bytes, in units of the caller's.
    """

    def __init__(self, memory: memoryview, slot: int, slots: int) -> None:
        """Take over a slot; what a process that is no more has counted there is forgotten."""
        self._key = bytes(memory[KEY_AT])
        self._words = memory.cast("I")
        self._long_words = memory.cast("Q")
        heads = [head_of(number) for number in range(slots)]
        self._head, self._heads = heads[slot], heads
        first = [head + HEAD_WORDS for head in heads]
        self._readers = Sketch(self._words, first[slot], first)
        # A lock of this process only: for its threads, and because giving it back and taking it
        # again is a memory barrier. Without one a processor may look before the others can see
        # what it has added, and two would both take the last place.
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
        """Return where an address is counted."""
        return cells_of(address, self._key)

    def enter(self, cells: Sequence[int]) -> None:
        """Count a reader of an address."""
        with self._lock:
            self._readers.add(cells)
            self._words[self._head + TOTAL] += 1

    def leave(self, cells: Sequence[int]) -> None:
        """Take back a reader that this process has counted."""
        with self._lock:
            self._readers.remove(cells)
            self._words[self._head + TOTAL] -= 1

    def readers(self, cells: Sequence[int]) -> int:
        """Return how many readers of an address there are, or more."""
        with self._lock:
            return self._readers.estimate(cells)

    def total(self) -> int:
        """Return how many readers there are."""
        with self._lock:
            return sum([self._words[head + TOTAL] for head in self._heads])

    def forget(self) -> None:
        """Forget what was counted in this slot."""
        empty = memoryview(bytes(4 * SLOT_WORDS)).cast("I")
        with self._lock:
            self._words[self._head : self._head + SLOT_WORDS] = empty


def lone_tally() -> Tally:
    """Return the tally of a server that is one process."""
    memory = memoryview(bytearray(bytes_needed(1)))
    memory[KEY_AT] = secrets.token_bytes(KEY_BYTES)
    return Tally(memory, 0, 1)
