"""Readers that take nothing: they go on from their place, or are closed after too long."""

from tests.live.asking import until
from tests.live.delivery.test_open_stream import grow
from tests.live.reader import Reader, say

from .watchman import Asked


async def test_a_stalled_reader_lags_alone_and_resumes_at_its_cursor(hub):
    fast, slow = await Reader(hub).join("board"), await Reader(hub).join("board")
    slow.sink.stalled = True
    await say("a", "b", "c")
    await fast.until(3)
    assert slow.keys() == ["a"]
    slow.sink.take()
    slow.connection.pump()
    assert slow.keys() == ["a", "b", "c"]


async def test_a_reader_that_stalls_for_too_long_is_closed(hub, settings):
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 0.05}
    slow = await Reader(hub).join("board")
    slow.sink.stalled = True
    await say("a")
    await until(lambda: slow.sink.closed)
    assert slow.sink.closed == (4002, "too slow")
    assert slow.connection not in hub.connections


async def test_a_reader_that_takes_nothing_for_longer_than_the_limit_is_closed(watchman):
    connection = watchman.come()
    watchman.stall(connection)
    watchman.check(connection, 100.0)
    watchman.check(connection, 110.0)
    assert connection.open and watchman.left == []
    watchman.check(connection, 110.1)
    assert connection.sink.closed == (4002, "too slow") and watchman.left == [connection]


async def test_a_stalled_reader_with_too_many_events_waiting_is_closed_sooner(watchman):
    connection = watchman.come()
    watchman.stall(connection)
    grow(watchman.stream(), *"bcd")
    watchman.check(connection, 100.0)
    watchman.check(connection, 101.0)
    assert connection.open
    grow(watchman.stream(), "e")
    watchman.check(connection, 102.0)
    assert connection.sink.closed == (4002, "too slow") and watchman.left == [connection]


async def test_a_reader_that_still_takes_something_may_be_far_behind(watchman):
    connection = watchman.come()
    watchman.timekeeper.watch_stalled(connection)
    grow(watchman.stream(), *"bcdef")
    for now in (100.0, 200.0):
        watchman.check(connection, now)
        assert connection.open


async def test_a_reader_whose_sink_fails_when_it_is_checked_is_closed(watchman, caplog):
    connection = watchman.come()
    watchman.stall(connection)

    def fail():
        raise OSError("the socket is gone")

    connection.sink.pending = fail
    watchman.check(connection, 100.0)
    assert connection.sink.closed[0] == 1011 and watchman.left == [connection]
    assert "write to a reader failed" in caplog.text


async def test_a_reader_that_takes_again_is_no_longer_checked(watchman):
    stalled, takes, ended = (watchman.come() for _ in range(3))
    for each in (stalled, takes, ended):
        watchman.stall(each)
    watchman.timekeeper.unwatch_stalled(takes)
    watchman.timekeeper.discard(ended)
    watchman.connections.discard(ended)
    watchman.timekeeper.watch_stalled(ended)
    for now in (100.0, 120.0):
        for each in (stalled, takes, ended):
            watchman.check(each, now)
    assert [each.open for each in (stalled, takes, ended)] == [False, True, True]


async def test_a_stalled_reader_is_still_checked_for_its_right_to_read(watchman):
    guard = Asked()
    connection = watchman.come(guard=guard)
    watchman.stall(connection)
    watchman.check(connection, 100.0)
    assert guard.asking
