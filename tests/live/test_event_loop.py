import asyncio
import time

from stoppress.live import event_loop
from stoppress.live.event_loop import EARLY_SECONDS, in_turns, step_at


async def test_long_work_lets_the_loop_do_other_things(monkeypatch):
    monkeypatch.setattr(event_loop, "HOLD_SECONDS", 0.002)
    done: list[int] = []
    seen: list[int] = []

    async def look():
        while len(done) < 100:
            seen.append(len(done))
            await asyncio.sleep(0)  # one turn of the loop

    looking = asyncio.create_task(look())
    async for some in in_turns(range(100), at_once=2):
        time.sleep(0.001)  # the work, which holds the loop
        done += some
    await looking
    assert done == list(range(100))
    assert len(set(seen)) > 10


async def test_short_work_is_done_at_once():
    other = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(other.set_result, None)
    assert [some async for some in in_turns(range(3), at_once=2)] == [[0, 1], [2]]
    assert not other.done()


async def test_items_added_or_removed_meanwhile_change_nothing():
    things = {1, 2, 3}
    async for some in in_turns(things, at_once=1):
        things.difference_update(some)
        things.add(9)
    assert things == {9}


def test_steps_are_counted_from_the_clocks_beginning_and_a_timer_may_come_early():
    assert [step_at(now, 0.25) for now in (0.0, 0.1, 0.25, 0.7)] == [0, 0, 1, 2]
    assert step_at(0.25 - EARLY_SECONDS / 2, 0.25) == 1
    # 0.3 / 0.1 is less than 3.
    assert [step_at(number * 0.1, 0.1) for number in range(100)] == list(range(100))
