"""The bounded queue before password hashing, in which addresses take turns."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

# Two at a time: one hashes while the other queries the database.
AT_ONCE = 2
# The places in all, and for one address: an office signing in at nine needs a few.
PLACES, PLACES_OF_ONE = 128, 8


class LineFull(Exception):
    """The queue is full, or this address has all its places, or another address took the place."""


class Line:
    """A fair queue of requests: addresses take turns, and each may hold only some of the places.

    An address that floods the queue delays only itself. If the queue is full, a request from an
    address without a place takes the place of the newest waiting request of the address that
    holds most. The queue belongs to one event loop.

    Args:
        at_once: how many requests may have a turn at the same time.
        places: how many requests may be in the queue, including those that have a turn.
        places_of_one: how many of them may come from one address.
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
        """Hold a place in the queue.

        Raises:
            LineFull: there is no place for this address.
        """
        full = self._here.total() >= self._places and not self._displace(address)
        if self._here[address] >= self._places_of_one or full:
            self._here += Counter()  # drops the addresses without a place
            raise LineFull
        self._here[address] += 1
        try:
            yield
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address]

    def _displace(self, newcomer: str) -> bool:
        """Remove a waiting request to free a place for a newcomer; return whether there was one."""
        most = max(self._waiting, key=lambda address: self._here[address], default=None)
        if self._here[newcomer] or most is None or self._here[most] < 2:
            return False
        queue = self._waiting[most]
        newest = queue.pop()
        if not queue:
            del self._waiting[most]
        if not newest.done():
            newest.set_exception(LineFull())
        return True

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it.

        Raises:
            LineFull: another address took the place meanwhile.
        """
        await self._wait(address)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, address: str) -> None:
        if self._free:
            self._free -= 1
            return
        future = asyncio.get_running_loop().create_future()
        queue = self._waiting.setdefault(address, deque())
        queue.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future in queue:
                queue.remove(future)
                if not queue:
                    del self._waiting[address]
            elif not future.cancelled() and future.exception() is None:
                self._pass_on()  # it was given a turn just before it was cancelled
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            address, queue = self._waiting.popitem(last=False)
            next_future = queue.popleft()
            if queue:
                self._waiting[address] = queue  # this address is now last
            if not next_future.done():
                next_future.set_result(None)
                return
        self._free += 1
