"""Decisions of a kept process, with objects in place of child processes."""

import asyncio
from collections import deque

import pytest

from stoppress.site.processes.kept_process import KeptProcess
from stoppress.site.processes.lifeline import RETIRE
from tests.site.reading import until

pytestmark = pytest.mark.slow("it waits for processes to be started again", one_in=4)

# Seconds of a back-off that no test sits through.
LONG = 600.0


class Stand:
    """Replaces a process. It ends when it is asked to, or when a test ends it."""

    pids = iter(range(1, 10_000))

    def __init__(self, ready=True):
        self.pid = next(self.pids)
        self.heard = []
        self.stays = False
        self._ready = ready
        self._status = asyncio.get_running_loop().create_future()
        if not ready:
            self.end(7)

    def end(self, status=9):
        if not self.has_ended():
            self._status.set_result(status)

    async def ready(self, seconds):
        return self._ready

    async def ended(self, seconds=None):
        done, _ = await asyncio.wait({self._status}, timeout=seconds)
        return self._status.result() if done else None

    def has_ended(self):
        return self._status.done()

    def lived(self):
        return 0.0

    def tell(self, word):
        self.heard.append(word)
        if not self.stays:
            self.end(0)

    def kill(self):
        self.end(-9)


class Recruits:
    """Starts what a test says comes next: a process, or an error; else one that works."""

    def __init__(self):
        self.next = deque()
        self.started = []

    async def start(self):
        coming = self.next.popleft() if self.next else Stand
        if isinstance(coming, Exception):
            raise coming
        self.started.append(coming())
        return self.started[-1]


@pytest.fixture
def recruits():
    return Recruits()


@pytest.fixture
async def kept(recruits, request):
    """A process that is kept; the parameter is the seconds that an old one has to leave."""
    leave_seconds = getattr(request, "param", 0.2)
    kept = KeptProcess("the process", recruits.start, leave_seconds, settle_seconds=0.05)
    assert await kept.start()
    keeping = asyncio.create_task(kept.keep())
    await asyncio.sleep(0)  # the turn in which it begins
    yield kept
    assert not keeping.done()
    keeping.cancel()


def broken():
    return Stand(ready=False)


@pytest.mark.slow("it waits for the third start")
async def test_a_process_that_cannot_be_started_is_tried_again(kept, recruits, caplog):
    recruits.next += [OSError(11, "no process left"), RuntimeError("no thread left")]
    recruits.started[0].end()
    await until(lambda: len(recruits.started) == 2)
    assert kept.child is recruits.started[1]
    assert caplog.text.count("cannot be started") == 2


async def test_a_hand_over_fails_where_the_new_process_cannot_be_started(kept, recruits, caplog):
    recruits.next += [OSError(24, "too many open files")]
    assert not await kept.hand_over()
    assert kept.child is recruits.started[0] and not kept.child.heard
    assert "the process was not replaced" in caplog.text


async def test_the_old_process_shuts_down_once_the_new_one_works(kept, recruits):
    old = kept.child
    assert await kept.hand_over()
    assert kept.child is recruits.started[1] and old.heard == [RETIRE] and old.has_ended()
    kept.child.end()
    await until(lambda: kept.child is recruits.started[-1] and len(recruits.started) == 3)


async def test_the_old_process_stays_where_the_new_one_dies_soon_after_it_was_ready(
    kept, recruits, caplog
):
    old = kept.child
    handing_over = asyncio.create_task(kept.hand_over())
    await until(lambda: len(recruits.started) == 2)
    recruits.started[1].end(9)
    assert not await handing_over
    assert kept.child is old and not old.heard and not old.has_ended()
    assert "ended with status 9 soon after it was ready" in caplog.text


@pytest.mark.parametrize("kept", [20.0], indirect=True)
async def test_a_new_process_that_dies_while_the_old_one_shuts_down_is_replaced_at_once(
    kept, recruits
):
    old = kept.child
    old.stays = True
    handing_over = asyncio.create_task(kept.hand_over())
    await until(lambda: old.heard)
    recruits.started[1].end(-9)
    await until(lambda: len(recruits.started) == 3 and kept.child is recruits.started[2])
    assert not old.has_ended() and not handing_over.done()
    old.end(0)
    assert not await handing_over


async def test_an_old_process_that_does_not_shut_down_is_killed(kept, recruits):
    old = kept.child
    old.stays = True
    assert await kept.hand_over()
    assert old.has_ended() and await old.ended() == -9


async def test_a_hand_over_does_not_wait_for_the_back_off_and_ends_it(kept, recruits, caplog):
    kept._backoff._next = LONG
    recruits.started[0].end()
    await until(lambda: f"restart in {LONG:g} s" in caplog.text)
    async with asyncio.timeout(60):
        assert await kept.hand_over()
    working = kept.child
    assert working is recruits.started[-1]
    working.end()
    await until(lambda: kept.child is not working)
    assert ": restart in 0.5 s" in caplog.text.rsplit(f"{LONG:g} s", 1)[1]


async def test_a_failed_hand_over_restarts_the_back_off_of_the_dead_process(kept, recruits, caplog):
    recruits.next += [broken]
    kept._backoff._next = LONG
    recruits.started[0].end()
    await until(lambda: f"restart in {LONG:g} s" in caplog.text)
    async with asyncio.timeout(60):
        assert not await kept.hand_over()
        while kept.child is recruits.started[0]:
            await asyncio.sleep(0.01)  # between two looks
