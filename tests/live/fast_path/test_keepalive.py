import asyncio

from stoppress.live.fast_path.keepalive import STEPS, Keepalive
from tests.site.raw import until


class Line:
    """A connection that notes when it was looked at."""

    def __init__(self, due):
        self.due = due
        self.asked: list[float] = []

    def keep_alive(self, until):
        self.asked.append(until)
        self.due = until


async def test_who_is_due_is_looked_at_and_nobody_else():
    loop = asyncio.get_running_loop()
    soon, later = Line(loop.time()), Line(loop.time() + 100)
    began = loop.time()
    Keepalive(Line, {soon, later, object()}, interval=0.05, patience=0.5)
    await until(lambda: soon.asked)
    assert began + 0.25 <= soon.asked[0] <= loop.time() + 0.5
    assert not later.asked


async def test_whoever_comes_or_goes_is_seen_at_the_next_round():
    here: set[object] = set()
    Keepalive(Line, here, interval=0.02, patience=0.02)
    line = Line(0.0)
    here.add(line)
    await until(lambda: len(line.asked) >= 2)
    here.clear()
    await asyncio.sleep(0.05)
    seen = len(line.asked)
    await asyncio.sleep(0.1)
    assert len(line.asked) == seen


async def test_a_crowd_is_looked_at_step_by_step():
    crowd = {Line(0.0) for _ in range(20)}
    turns = []

    async def count():
        while any(not line.asked for line in crowd):
            turns.append(sum(bool(line.asked) for line in crowd))
            await asyncio.sleep(0)

    Keepalive(Line, crowd, interval=0.4, patience=10)
    async with asyncio.timeout(10):
        await count()
    assert set(turns) == {number * 20 // STEPS for number in range(STEPS)}


async def test_the_next_ping_of_one_who_is_heard_is_an_interval_away():
    keeping = Keepalive(Line, set(), interval=0.05, patience=1.0)
    first = keeping.later
    await until(lambda: keeping.later > first)
    assert keeping.later <= asyncio.get_running_loop().time() + keeping.interval
