"""The timekeeper's steps: which slot a reader has, and what is done in each."""

import asyncio
from functools import partial

import pytest

from stoppress.live.delivery.connection import Connection
from stoppress.live.event_loop import STEPS, step_at
from stoppress.live.hub.timekeeper import QUIET_ROUNDS
from tests.live.asking import turns, until
from tests.live.kernel import WiredLine
from tests.live.reader import ListSink

from .watchman import Asked, Watchman, beats, now

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


@pytest.mark.parametrize(
    ("heartbeat", "slots", "quiet"),
    [(15, 60, QUIET_ROUNDS * STEPS), (4.9, 16, 8), (2, 8, 4), (0.5, STEPS, 2)],
)
async def test_a_newcomer_is_given_any_slot_but_the_next(settings, heartbeat, slots, quiet):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": heartbeat}
    watchman, waits = Watchman(), set()
    loop, pause = asyncio.get_running_loop(), heartbeat / slots
    for _ in range(40 * slots):
        now = step_at(loop.time(), pause)
        connection = Connection(ListSink(), "ws")
        watchman.timekeeper.add(connection)
        assert 0 <= connection.slot < slots
        assert connection in watchman.timekeeper._wheel[connection.slot]
        if step_at(loop.time(), pause) == now:
            waits.add((connection.slot - now - 1) % slots)
    assert waits == set(range(quiet, slots))


async def test_each_step_sends_the_heartbeats_of_its_slot_and_each_round_checks_the_rest(
    watchman, settings, kernel
):
    settings.STOPPRESS_LIVE |= {"RING_IDLE": 50}
    alone, ended = watchman.come(), watchman.come(guard=Asked())
    seated = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    for each in (alone, ended):
        watchman.timekeeper.discard(each)
    watchman.timekeeper._guarded.add(ended)
    ended.open = False
    alone.slot = 5
    watchman.timekeeper._wheel[5].add(alone)
    watchman.seat(seated, 6)
    # It was last asked for so long ago that it is to be forgotten.
    watchman.stream("other:old").idle_since = now() - 51
    for slot in (1, 2, 3, 5, 6):
        assert await turns(watchman.timekeeper._step(slot)) < 10
        assert (len(beats(alone)), len(beats(seated))) == (slot >= 5, slot >= 6)
    assert watchman.left == [] and "other:old" in watchman.streams
    assert await turns(watchman.timekeeper._step(8)) < 10
    assert watchman.left == [ended] and "other:old" not in watchman.streams
    assert (len(beats(alone)), len(beats(seated))) == (1, 1)


async def test_stalled_readers_and_readers_due_for_an_access_check_are_checked(watchman):
    guarded, stalled, neither = watchman.come(guard=Asked()), watchman.come(), watchman.come()
    stays = watchman.come()
    for each in (stalled, stays):
        watchman.stall(each)
    for each in (guarded, stalled, neither):
        each.open = False
    await watchman.timekeeper._check_readers()
    assert stays.open
    assert stays.stalled_for(now() + 5) == pytest.approx(5, abs=4), "it is counted from now on"
    assert set(watchman.left) == {guarded, stalled}
    for each in (guarded, stalled):
        watchman.timekeeper.discard(each)
    watchman.left.clear()
    await watchman.timekeeper._check_readers()
    assert watchman.left == []


class Clock:
    """The event loop's clock for a timekeeper; the test sets it.

    Args:
        pause: seconds between two slots.
    """

    def __init__(self, pause):
        self._pause, self._number = pause, 0

    def time(self):
        """Return the middle of the present slot."""
        return (self._number + 0.5) * self._pause

    def go_to(self, number):
        self._number = number


async def test_a_running_timekeeper_serves_each_slot_once_in_an_interval(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.04}
    watchman, told = Watchman(), []
    clock = watchman.timekeeper._loop = Clock(watchman.timekeeper._pause)
    for slot in range(STEPS):
        connection = watchman.come()
        watchman.timekeeper.discard(connection)
        connection.slot = slot
        watchman.timekeeper._wheel[slot].add(connection)
        connection.sink.write = lambda frames, slot=slot: told.append(slot)
    keeping = asyncio.create_task(watchman.timekeeper.keep())
    await asyncio.sleep(0)  # it has looked at the clock

    def told_at_least(count):
        return len(told) >= count

    due, done = [], 0
    try:
        # The event loop is stalled for two slots, for three intervals, and for less than one.
        for number in (1, 2, 3, 4, 5, 7, 8, 8 + 3 * STEPS + 1, 9 + 3 * STEPS, 8 + 4 * STEPS):
            clock.go_to(number)
            due += [each % STEPS for each in range(max(done, number - STEPS) + 1, number + 1)]
            await until(partial(told_at_least, len(due)))
            assert told == due
            done = number
        await asyncio.sleep(2 * watchman.timekeeper._pause)  # the clock stands: nothing is due
        assert told == due
    finally:
        keeping.cancel()


async def test_a_running_timekeeper_sleeps_until_the_next_slot_begins(settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 40}
    watchman, loop, delays = Watchman(), asyncio.get_running_loop(), []
    watchman.timekeeper._loop = Clock(watchman.timekeeper._pause)
    call_later = loop.call_later

    def told(delay, *arguments, **more):
        delays.append(delay)
        return call_later(delay, *arguments, **more)

    monkeypatch.setattr(loop, "call_later", told)  # the real one is called
    keeping = asyncio.create_task(watchman.timekeeper.keep())
    await asyncio.sleep(0)  # the turn in which it falls asleep
    keeping.cancel()
    assert delays == [pytest.approx(watchman.timekeeper._pause / 2)]


async def test_a_failed_step_is_logged_and_followed_by_the_next(settings, caplog):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.04}
    watchman = Watchman()
    watchman.streams["broken"] = None
    keeping = asyncio.create_task(watchman.timekeeper.keep())
    await until(lambda: len(caplog.records) >= 2)
    keeping.cancel()
    told = {(each.name, each.levelname, each.getMessage()) for each in caplog.records}
    words = "a timekeeper step failed; the next one follows"
    assert told == {("stoppress.live", "ERROR", words)}
