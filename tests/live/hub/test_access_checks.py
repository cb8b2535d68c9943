"""Readers of private streams are checked again: in time, a few at once, each once."""

import asyncio

import pytest

from stoppress.live.hub.timekeeper import ASKED_AT_ONCE
from stoppress.live.protocol.refusals import not_allowed
from tests.live.asking import until

from .watchman import Asked

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


async def test_a_reader_is_checked_when_due_and_not_twice_at_once(watchman):
    guard = Asked()
    connection = watchman.come(guard=guard)
    guard.due_at = 101.0
    watchman.check(connection, 100.0)
    assert watchman.spawned == [] and not guard.asking
    watchman.check(connection, 101.0)
    watchman.check(connection, 102.0)
    await until(lambda: guard.asked)
    assert len(watchman.spawned) == 1 and guard.asking
    guard.answer.set()
    await watchman.spawned[0]
    assert connection.open and not guard.asking and watchman.left == []
    watchman.check(connection, 103.0)
    await watchman.spawned[1]
    assert guard.asked == 2


async def test_a_reader_that_lost_its_right_to_read_is_closed_and_leaves(watchman):
    guard = Asked(not_allowed("board"))
    connection = watchman.come(guard=guard)
    guard.answer.set()
    watchman.check(connection, 100.0)
    await watchman.spawned[0]
    assert connection.sink.closed == (4403, "you may not read board")
    assert watchman.left == [connection] and not guard.asking


async def test_a_failed_check_may_be_repeated(watchman):
    guard = Asked()
    guard.ask = None  # calling it fails
    watchman.check(watchman.come(guard=guard), 100.0)
    with pytest.raises(TypeError):
        await watchman.spawned[0]
    assert not guard.asking


async def test_the_number_of_checks_at_once_is_limited_and_a_reader_that_left_is_skipped(watchman):
    guards = [Asked() for _ in range(ASKED_AT_ONCE + 2)]
    connections = [watchman.come(guard=guard) for guard in guards]
    for connection in connections:
        watchman.check(connection, 100.0)
    await until(lambda: sum(guard.asked for guard in guards) >= ASKED_AT_ONCE)
    await asyncio.sleep(0)  # one turn more
    assert [guard.asked for guard in guards] == [1, 1, 0, 0] and ASKED_AT_ONCE == 2
    connections[2].open = False
    guards[0].answer.set()
    await until(lambda: guards[3].asked)
    assert guards[2].asked == 0 and not guards[2].asking
