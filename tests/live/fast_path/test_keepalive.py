"""The keepalive on an event loop whose clock the test moves."""

import pytest

from stoppress.live.event_loop import STEPS
from stoppress.live.fast_path.keepalive import Keepalive
from tests.live.stepped import SteppedLoop

# Seconds: of a round, which is the longest that there is, and of the clock's smallest move.
ROUND, TICK = 1.0, 0.05


class Line:
    """A connection that notes when it was looked at, and until when it is to answer."""

    def __init__(self, loop, due):
        self.loop, self.due, self.slot = loop, due, 0
        self.asked: list[float] = []
        self.until: list[float] = []

    def keep_alive(self, until):
        self.asked.append(self.loop.now)
        self.until.append(until)
        self.due = until


class Gone(Line):
    """A connection that is freed when it is checked."""

    def keep_alive(self, until):
        self.asked.append(self.loop.now)


class Broken(Line):
    """A connection that cannot be pinged."""

    def keep_alive(self, until):
        super().keep_alive(until)
        raise RuntimeError("no ping")


@pytest.fixture
def loop():
    made = SteppedLoop()
    yield made
    made.close()


def keeping(loop, *lines, interval=20.0, patience=8.0):
    async def make():
        return Keepalive(interval, patience)

    made = loop.finish(make())
    for line in lines:
        made.add(line)
    return made


def go_on(loop, seconds):
    """Move the clock, and let what is due happen at each tick."""
    for _ in range(round(seconds / TICK)):
        loop.now += TICK
        loop.turn()


def test_only_due_connections_are_checked(loop):
    soon, later = Line(loop, 2.1), Line(loop, 30.0)
    keeping(loop, soon, later, patience=8.0)
    go_on(loop, 5)
    [asked], [until] = soon.asked, soon.until
    assert 2.1 <= asked < 2.1 + ROUND / STEPS + 2 * TICK
    assert 8.0 - 3 * ROUND <= until - asked <= 8.0
    assert not later.asked
    go_on(loop, 26)
    assert len(later.asked) == 1


def test_a_connection_heard_meanwhile_is_checked_at_its_new_time(loop):
    line, other = Line(loop, 2.0), Line(loop, 3.0)
    keeping(loop, line, other)
    line.due = 6.0
    go_on(loop, 5)
    assert other.asked and not line.asked
    go_on(loop, 2)
    assert 6.0 <= line.asked[0] < 6.0 + ROUND / STEPS + 2 * TICK


def test_an_ended_connection_is_not_checked(loop):
    line, gone = Line(loop, 0.0), Gone(loop, 0.0)
    made = keeping(loop, line, gone)
    go_on(loop, 20)
    assert len(line.asked) >= 3
    assert len(gone.asked) == 1, "who was let go is not pinged again"
    for _ in range(2):  # again, which is nothing new
        made.discard(line)
    seen = len(line.asked)
    go_on(loop, 50)
    assert len(line.asked) == seen


def test_many_connections_are_checked_in_steps(loop):
    crowd = [Line(loop, ROUND * number / 20) for number in range(20)]
    keeping(loop, *crowd)
    go_on(loop, 2 * ROUND)
    assert all(line.asked for line in crowd)
    assert len({line.asked[0] for line in crowd}) == STEPS


def test_a_failed_ping_does_not_delay_the_others(loop, caplog):
    broken, line = Broken(loop, 0.0), Line(loop, 0.0)
    keeping(loop, broken, line)
    go_on(loop, 12)
    assert len(line.asked) >= 2 and len(broken.asked) >= 2
    assert "ping of a reader failed" in caplog.text


def test_missed_steps_are_made_up(loop):
    lines = [Line(loop, ROUND * number / 8) for number in range(20)]
    keeping(loop, *lines)
    loop.now += 3 * ROUND  # what holds the event loop up holds up the keepalive too
    for _ in range(3 * STEPS):
        loop.turn()
    assert all(line.asked for line in lines)


def test_the_next_ping_of_an_active_connection_is_an_interval_away(loop):
    made = keeping(loop, interval=20.0)
    for _ in range(10):
        go_on(loop, 0.35)
        assert 20.0 <= made.later - loop.now <= 20.0 + ROUND
