"""Heartbeats as the timekeeper sends them, a step at a time: to rows, and to readers one by one."""

from datetime import datetime

import pytest
from django.utils import timezone

from stoppress.live.delivery import sends
from tests.live.delivery.test_ring import START
from tests.live.kernel import WiredLine

from .watchman import beats, now

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


async def test_each_row_of_a_slot_gets_its_heartbeat_in_one_send(watchman, kernel):
    def wired(*names):
        return watchman.come(*names, sink=WiredLine(kernel, lambda frame, data: None))

    one, other, later, elsewhere = wired(), wired(), wired(), wired("other:x")
    for connection, slot in ((one, 3), (other, 9), (later, 4), (elsewhere, 3)):
        watchman.seat(connection, slot)
    before = kernel.sent
    await watchman.timekeeper._beat_rows(3)
    assert kernel.sent == before + 3 and beats(later) == []
    head = str(watchman.stream().ring.head)
    for connection in (one, other):  # the slot of a row is that of its first reader
        [frame] = beats(connection)
        assert frame["cursors"] == {"board": head}
        [beat] = connection.last_beats()
        assert beat.cursors == {"board": watchman.stream().ring.head}
        assert 0 <= now() - beat.at < 60
    assert [frame["cursors"] for frame in beats(elsewhere)] == [
        {"other:x": str(watchman.stream("other:x").ring.head)}
    ]


async def test_a_row_with_a_reader_of_two_streams_gets_no_common_heartbeat(watchman, kernel):
    both = watchman.come("board", "other:x", sink=WiredLine(kernel, lambda frame, data: None))
    subscription = both.subscriptions[0]
    both.slot = 3
    subscription.stream.audience.seat(subscription, both.sink.descriptor)
    await watchman.timekeeper._beat_rows(3)
    assert kernel.sent == 0 and beats(both) == []
    await watchman.beat(both)
    assert [set(frame["cursors"]) for frame in beats(both)] == [{"board", "other:x"}]


async def test_readers_of_a_row_whose_heartbeat_cannot_be_sent_are_pumped_and_closed(
    watchman, kernel, monkeypatch
):
    connection = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    watchman.seat(connection, 3)
    monkeypatch.setattr(sends, "_send", None)  # the system's call: none
    await watchman.timekeeper._beat_rows(3)
    assert watchman.pumped == [connection] and not connection.open


async def test_a_reader_that_takes_part_of_its_heartbeat_leaves_the_row(watchman, kernel):
    whole, part = (
        watchman.come(sink=WiredLine(kernel, lambda frame, data: None)) for _ in range(2)
    )
    for each in (whole, part):
        row = watchman.seat(each, 3)
    part.sink.stalled = True
    await watchman.timekeeper._beat_rows(3)
    assert list(row) == list(whole.subscriptions) and part.subscriptions[0].row is None
    assert len(beats(whole)) == len(beats(part)) == part.count_beats() == 1


async def test_readers_at_the_same_cursor_are_sent_the_same_bytes(watchman):
    one, other, behind = watchman.come(), watchman.come(), watchman.come()
    behind.subscriptions[0].place(START, None)
    await watchman.beat(one, other, behind)
    assert one.sink.data[-1] is other.sink.data[-1]
    [beat], [same], [its] = (each.last_beats() for each in (one, other, behind))
    assert beat is same and its.cursors == {"board": START}
    assert beat.cursors == {"board": watchman.stream().ring.head}
    assert 0 <= now() - beat.at < 60
    assert [each["cursors"] for each in beats(one)] == [{"board": str(watchman.stream().ring.head)}]
    told = datetime.fromisoformat(beats(one)[0]["time"])
    assert abs((timezone.now() - told).total_seconds()) < 60


async def test_a_reader_in_a_row_gets_no_single_heartbeat_and_a_stalled_one_is_watched(
    watchman, kernel
):
    seated = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    watchman.seat(seated, 3)
    stalled, sound = watchman.come(), watchman.come()
    stalled.sink.stalled = True
    stalled.send_control(b'{"type":"hello"}')
    await watchman.beat(seated, stalled, sound)
    assert [len(beats(each)) for each in (seated, stalled, sound)] == [0, 0, 1]
    assert watchman.timekeeper._stalled == {stalled}
    assert watchman.left == []


async def test_a_reader_whose_heartbeat_fails_leaves_and_the_others_get_theirs(watchman):
    broken, ended, sound = watchman.come(), watchman.come(), watchman.come()

    def fail():
        raise OSError("the socket is gone")

    broken.sink.pending = fail
    ended.open = False
    await watchman.beat(broken, ended, sound)
    assert broken.sink.closed[0] == 1011 and len(beats(sound)) == 1
    assert set(watchman.left) == {broken, ended}
