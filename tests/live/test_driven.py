import asyncio

import pytest

from stoppress.live.driven import rest, unless_at_once, within


async def at_once():
    return "done"


async def later(seconds=0.001):
    await asyncio.sleep(seconds)  # work that has to wait
    return "later"


async def test_work_that_need_not_wait_is_done_at_once_and_sets_no_clock():
    loop = asyncio.get_running_loop()
    assert await within(0.0, at_once()) == "done"
    assert await within(10.0, later()) == "later"
    assert loop is asyncio.get_running_loop()


async def test_work_that_takes_too_long_is_cancelled():
    cancelled = []

    async def long():
        try:
            await asyncio.sleep(10)  # until it is cancelled
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with pytest.raises(TimeoutError):
        await within(0.01, long())
    assert cancelled


async def test_an_error_is_the_same_before_and_after_the_first_wait():
    async def fail(first):
        if first:
            raise LookupError("at once")
        await asyncio.sleep(0)  # it has waited
        raise LookupError("later")

    for first in (True, False):
        with pytest.raises(LookupError, match="at once" if first else "later"):
            await within(10, fail(first))


async def test_other_work_runs_first_only_if_the_coroutine_waits():
    acts = []
    assert await unless_at_once(at_once(), lambda: acts.append("a")) == "done"
    assert acts == []
    assert await unless_at_once(later(), lambda: acts.append("b")) == "later"
    assert acts == ["b"]


async def test_a_cancelled_task_cancels_the_rest_of_the_started_coroutine():
    heard = []

    async def work():
        try:
            await asyncio.sleep(10)  # until it is cancelled
        except asyncio.CancelledError:
            heard.append("cancelled")
            return "cleaned up"

    started = work()
    waits_for = started.send(None)
    task = asyncio.ensure_future(rested(started, waits_for))
    await asyncio.sleep(0)  # the turn in which it begins
    task.cancel()
    assert await task == "cleaned up"
    assert heard == ["cancelled"]


async def rested(work, waits_for):
    return await rest(work, waits_for)
