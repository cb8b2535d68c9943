"""The line before the password hashing: bounded, and addresses take turns in it."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

# One is hashed while another asks the database.
AT_ONCE = 2
# Places, and those of one address: an office that signs in at nine needs a few.
PLACES, PLACES_OF_ONE = 128, 8


class LineFull(Exception):
    """Nobody more may wait, or nobody more of this address, or another took the place."""


class Line:
    """A line of requests: each address has a share of the places, and the next turn is another's.

    An address that floods it waits behind itself; where the line is full, one that is not in it
    takes the place of the newest that waits of the address with the most. All of it belongs to one
    event loop.

    Args:
        at_once: how many may have a turn at the same time.
        places: how many may be in the line, those that have a turn included.
        places_of_one: how many of one address.
    """

    def __init__(
        self, at_once: int = AT_ONCE, places: int = PLACES, places_of_one: int = PLACES_OF_ONE
    ) -> None:
        self._free = at_once
        self._places, self._places_of_one = places, places_of_one
        self._here: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Have a place in the line.

        Raises:
            LineFull.
        """
        full = self._here.total() >= self._places and not self._displace(address)
        if self._here[address] >= self._places_of_one or full:
            self._here += Counter()  # without the addresses that have none
            raise LineFull
        self._here[address] += 1
        try:
            yield
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address]

    def _displace(self, newcomer: str) -> bool:
        """Send away one that waits, for an address that has no place; say whether there was one."""
        most = max(self._waiting, key=lambda address: self._here[address], default=None)
        if self._here[newcomer] or most is None or self._here[most] < 2:
            return False
        theirs = self._waiting[most]
        newest = theirs.pop()
        if not theirs:
            del self._waiting[most]
        if not newest.done():
            newest.set_exception(LineFull())
        return True

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it."""
        await self._wait(address)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, address: str) -> None:
        if self._free:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        theirs = self._waiting.setdefault(address, deque())
        theirs.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine in theirs:
                theirs.remove(mine)
                if not theirs:
                    del self._waiting[address]
            elif not mine.cancelled() and mine.exception() is None:
                self._pass_on()  # the turn came at the moment of leaving
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            address, theirs = self._waiting.popitem(last=False)
            next_one = theirs.popleft()
            if theirs:
                self._waiting[address] = theirs  # behind all other addresses
            if not next_one.done():
                next_one.set_result(None)
                return
        self._free += 1
