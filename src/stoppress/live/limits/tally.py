"""How many readers a server has: in all, of an address, and how many came lately.

The memory, in words of 32 bits: a head with the server's key, then each process's slot: a head
with its total and the seconds of its windows, the rows of its readers, and those of two windows
of handshakes.
"""

import secrets
from collections.abc import Sequence
from threading import Lock

from .sketch import KEY_BYTES, WORDS, Sketch, cells_of

HEAD_WORDS = 16
SLOT_WORDS = HEAD_WORDS + 3 * WORDS
KEY_AT = slice(16, 16 + KEY_BYTES)
TOTAL, WINDOW = 0, 1


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
    """

    def __init__(self, memory: memoryview, slot: int, slots: int) -> None:
        """Take over a slot; what a process that is no more has counted there is forgotten."""
        self._key = bytes(memory[KEY_AT])
        self._words = memory.cast("I")
        heads = [head_of(number) for number in range(slots)]
        self._head, self._heads = heads[slot], heads
        first = [head + HEAD_WORDS for head in heads]
        self._readers = Sketch(self._words, first[slot], first)
        # A lock of this process only: for its threads, and because giving it back and taking it
        # again is a memory barrier. Without one a processor may look before the others can see
        # what it has added, and two would both take the last place.
        self._lock = Lock()
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

    def knock(self, cells: Sequence[int], now: float) -> None:
        """Count a handshake.

        Args:
            now: seconds of a clock that all processes share (`time.monotonic`).
        """
        second = int(now)
        with self._lock:
            window, stamp = self._window(second, self._heads), WINDOW + second % 2
            if self._words[self._head + stamp] != _tag(second):
                # Others may be looking: a window without its second counts for nothing.
                self._words[self._head + stamp] = 0
                window.clear()
                self._words[self._head + stamp] = _tag(second)
            window.add(cells)

    def unknock(self, cells: Sequence[int], now: float) -> None:
        """Take back the handshake that was counted at a time, if it is not forgotten by now."""
        second = int(now)
        with self._lock:
            if self._words[self._head + WINDOW + second % 2] == _tag(second):
                self._window(second, self._heads).remove(cells)

    def rate(self, cells: Sequence[int], now: float) -> float:
        """Return about how many handshakes of an address the second before now has seen.

        The clock's last whole second counts in so far as it lies within that: as if its
        handshakes had come evenly.
        """
        second = int(now)
        lately = 0.0
        with self._lock:
            for which, share in ((second, 1.0), (second - 1, 1.0 - (now - second))):
                stamp, tag = WINDOW + which % 2, _tag(which)
                heads = [head for head in self._heads if self._words[head + stamp] == tag]
                if heads:
                    lately += share * self._window(which, heads).estimate(cells)
        return lately

    def forget(self) -> None:
        """Forget what was counted in this slot."""
        empty = memoryview(bytes(4 * SLOT_WORDS)).cast("I")
        with self._lock:
            self._words[self._head : self._head + SLOT_WORDS] = empty

    def _window(self, second: int, heads: Sequence[int]) -> Sketch:
        offset = HEAD_WORDS + WORDS * (1 + second % 2)
        return Sketch(self._words, self._head + offset, [head + offset for head in heads])


def _tag(second: int) -> int:
    return second + 2  # never 0, which marks no window, nor is that of the second before 0


def lone_tally() -> Tally:
    """Return the tally of a server that is one process."""
    memory = memoryview(bytearray(bytes_needed(1)))
    memory[KEY_AT] = secrets.token_bytes(KEY_BYTES)
    return Tally(memory, 0, 1)
