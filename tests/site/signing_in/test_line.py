import asyncio
from contextlib import suppress

import pytest

from stoppress.site.signing_in.line import Line, LineFull


class Street:
    """Requests in a queue. A request keeps its turn until the test ends it."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.served: list[str] = []
        self.people: dict[str, asyncio.Task[None]] = {}
        self.leave: dict[str, asyncio.Event] = {}

    async def comes(self, who: str) -> None:
        """Somebody comes; the first letter is his address."""
        self.leave[who] = asyncio.Event()
        self.people[who] = asyncio.create_task(self._stand(who))
        await self.settle()

    async def goes(self, who: str) -> None:
        self.leave[who].set()
        await self.people[who]
        await self.settle()

    async def gives_up(self, who: str) -> None:
        self.people[who].cancel()
        with suppress(asyncio.CancelledError):
            await self.people[who]
        await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)  # one turn of the loop

    async def _stand(self, who: str) -> None:
        with self.line.place(who[0]):
            async with self.line.turn(who[0]):
                self.served.append(who)
                await self.leave[who].wait()


async def test_the_number_of_simultaneous_turns_is_limited():
    street = Street(Line(at_once=2))
    for who in ("a1", "b1", "c1"):
        await street.comes(who)
    assert street.served == ["a1", "b1"]
    await street.goes("a1")
    assert street.served == ["a1", "b1", "c1"]


async def test_addresses_take_turns():
    street = Street(Line(at_once=1))
    for who in ("a1", "a2", "a3", "b1", "a4", "c1"):
        await street.comes(who)
    for who in ("a1", "a2", "b1", "c1", "a3", "a4"):
        await street.goes(who)
    assert street.served == ["a1", "a2", "b1", "c1", "a3", "a4"]


async def test_one_address_has_a_share_of_the_places():
    street = Street(Line(at_once=1, places=10, places_of_one=2))
    await street.comes("a1")
    await street.comes("a2")
    await street.comes("a3")
    with pytest.raises(LineFull):
        await street.people["a3"]
    await street.comes("b1")
    await street.goes("a1")
    await street.comes("a4")
    assert not street.people["a4"].done()


async def test_the_number_of_places_is_limited_for_all_addresses():
    street = Street(Line(at_once=1, places=2, places_of_one=2))
    for who in ("a1", "b1", "c1"):
        await street.comes(who)
    with pytest.raises(LineFull):
        await street.people["c1"]


async def test_a_request_that_is_cancelled_leaves_nothing_in_the_queue():
    street = Street(Line(at_once=1, places=3))
    await street.comes("a1")
    for n in range(50):
        await street.comes(f"b{n}")
        await street.gives_up(f"b{n}")
    await street.comes("c1")
    await street.goes("a1")
    assert street.served == ["a1", "c1"]
    assert not street.line._waiting


async def test_a_turn_granted_to_a_cancelled_request_is_passed_on():
    street = Street(Line(at_once=1))
    for who in ("a1", "b1", "c1"):
        await street.comes(who)
    street.leave["a1"].set()
    while street.line._waiting and not street.people["a1"].done():
        await asyncio.sleep(0)  # one turn of the loop
    await street.gives_up("b1")
    assert street.served[-1] == "c1"


async def test_a_newcomer_to_a_full_queue_takes_the_newest_place_of_the_address_with_most():
    line, refused, had = Line(at_once=1, places=5, places_of_one=4), [], []
    go_on = asyncio.Event()

    async def sign_in(address):
        try:
            with line.place(address):
                async with line.turn(address):
                    await go_on.wait()
                    had.append(address)
        except LineFull:
            refused.append(address)

    tasks = [asyncio.create_task(sign_in(address)) for address in "aaaabc"]
    for _ in range(5):
        await asyncio.sleep(0)  # one turn of the loop
    # The first has its turn; of the three behind it the newest has made way for the last.
    assert refused == ["a"]
    go_on.set()
    await asyncio.gather(*tasks)
    assert sorted(had) == ["a", "a", "a", "b", "c"]
    assert not line._here.total() and line._free == 1


async def test_a_full_queue_with_one_place_for_each_address_refuses_the_newcomer():
    line = Line(at_once=1, places=2, places_of_one=2)
    with line.place("a"), line.place("b"), pytest.raises(LineFull), line.place("c"):
        pass
