import asyncio

from stoppress.live.event_loop import STEPS
from stoppress.live.fast_path.keepalive import Keepalive
from tests.site.raw import until


class Line:
    """A connection that notes when it was looked at."""

    def __init__(self, due):
        self.due, self.slot = due, 0
        self.asked: list[float] = []

    def keep_alive(self, until):
        self.asked.append(until)
        self.due = until


class Gone(Line):
    """A connection that is let go when it is looked at."""

    def keep_alive(self, until):
        self.asked.append(until)


class Broken(Line):
    """A connection that cannot be pinged."""

    def keep_alive(self, until):
        super().keep_alive(until)
        raise RuntimeError("no ping")


def keeping(*lines, interval, patience):
    made = Keepalive(interval, patience)
    for line in lines:
        made.add(line)
    return made


async def test_who_is_due_is_looked_at_and_nobody_else():
    loop = asyncio.get_running_loop()
    soon, later = Line(loop.time()), Line(loop.time() + 100)
    began = loop.time()
    keeping(soon, later, interval=0.05, patience=0.5)
    await until(lambda: soon.asked)
    assert began + 0.25 <= soon.asked[0] <= loop.time() + 0.5
    assert not later.asked


async def test_one_who_was_heard_meanwhile_is_looked_at_when_it_is_due_then():
    loop = asyncio.get_running_loop()
    line, other = Line(loop.time() + 0.05), Line(loop.time() + 0.1)
    keeping(line, other, interval=0.4, patience=0.4)
    line.due = due = loop.time() + 0.3
    await until(lambda: other.asked)
    assert not line.asked
    await until(lambda: line.asked)
    assert loop.time() >= due


async def test_who_has_ended_is_looked_at_no_more():
    line, gone = Line(0.0), Gone(0.0)
    made = keeping(line, gone, interval=0.02, patience=0.02)
    await until(lambda: len(line.asked) >= 3)
    assert len(gone.asked) == 1, "who was let go is not pinged again"
    for _ in range(2):  # again, which is nothing new
        made.discard(line)
    seen = len(line.asked)
    await asyncio.sleep(0.1)
    assert len(line.asked) == seen


async def test_a_crowd_is_looked_at_step_by_step():
    loop = asyncio.get_running_loop()
    crowd = [Line(loop.time() + 0.1 * number / 20) for number in range(20)]
    turns = set()
    keeping(*crowd, interval=0.4, patience=10)
    async with asyncio.timeout(10):
        while not all(line.asked for line in crowd):
            turns.add(sum(bool(line.asked) for line in crowd))
            await asyncio.sleep(0)
    assert len(turns) >= STEPS / 2


async def test_who_could_not_be_pinged_keeps_nobody_else_waiting(caplog):
    broken, line = Broken(0.0), Line(0.0)
    keeping(broken, line, interval=0.02, patience=0.02)
    await until(lambda: len(line.asked) >= 2 and len(broken.asked) >= 2)
    assert "ping of a reader failed" in caplog.text


async def test_steps_that_were_missed_are_made_up_for():
    loop = asyncio.get_running_loop()
    lines = [Line(loop.time() + 0.01 * number) for number in range(20)]
    keeping(*lines, interval=0.4, patience=10)
    # What holds the event loop up holds up the keepalive too.
    held = loop.time() + 0.3
    while loop.time() < held:
        pass
    await asyncio.sleep(0.1)
    assert all(line.asked for line in lines)


async def test_the_next_ping_of_one_who_is_heard_is_an_interval_away():
    made = keeping(interval=0.05, patience=1.0)
    first = made.later
    await until(lambda: made.later > first)
    assert made.later <= asyncio.get_running_loop().time() + made.interval
