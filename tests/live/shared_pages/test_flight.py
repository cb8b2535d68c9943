import asyncio

from stoppress.live.shared_pages.answer import Answer
from stoppress.live.shared_pages.flight import TURN_READERS, Flight
from stoppress.live.shared_pages.kept_page import KeptPage

PAGE = KeptPage(Answer(200, []), until=0.0)


async def test_a_crowd_is_given_the_page_in_turns_of_the_loop() -> None:
    flight = Flight(1)
    assert not flight.awaited
    waiting = [flight.wait() for _ in range(3 * TURN_READERS)]
    assert flight.awaited
    flight.land(PAGE)
    assert sum(one.done() for one in waiting) == TURN_READERS
    assert set(await asyncio.gather(*waiting)) == {PAGE}
    assert not flight.awaited


async def test_a_reader_that_has_left_is_skipped() -> None:
    flight = Flight(1)
    gone, stays = flight.wait(), flight.wait()
    gone.cancel()
    flight.land(None)
    flight.land(PAGE)
    assert await stays is None
