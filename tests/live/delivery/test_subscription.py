import json

from stoppress.live import metrics
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import too_much_replayed, too_slow
from stoppress.live.readers.limits.replay import PIECE_BYTES, Replay
from tests.live.asking import counted
from tests.live.reader import ListSink

from .test_open_stream import come, grow, hold, holds, snapshot_at, stream_of
from .test_ring import START, frames


def told(data):
    frame = json.loads(data)
    return frame["type"], frame.get("reason", frame.get("key"))


def everything(subscription):
    """Return what comes next until there is nothing."""
    return [told(data) for data in iter(subscription.next, None)]


def live(stream, **more):
    """Return the place of a reader at the head, which is live."""
    subscription = come(stream, stream.ring.head, **more)
    assert everything(subscription) == [("live", None)]
    return subscription


class Wire:
    """A socket that is a descriptor only."""

    descriptor = 5


def wired():
    sink = ListSink(batch_bytes=300)
    sink.wire = Wire()
    return sink


def test_a_new_subscription_has_no_place_and_no_page():
    stream = stream_of("a")
    connection = Connection(ListSink(), "ws")
    for full in (False, True):
        subscription = Subscription(stream, connection, full, lambda _: None)
        assert (subscription.stream, subscription.connection) == (stream, connection)
        assert subscription.full is full and not subscription.fetching
        assert (subscription.row, subscription.cursor, subscription.reason) == (None, None, None)
        assert subscription.fresh is None and len(subscription.replay_page) == 0
        assert subscription.next() is None and subscription.lag() == 0


def test_a_subscription_at_the_head_is_live_once_and_then_gets_new_events():
    stream = stream_of("a")
    subscription = come(stream, stream.ring.head)
    [frame] = iter(subscription.next, None)
    assert json.loads(frame) == {
        "type": "live",
        "stream": "board",
        "cursor": str(stream.ring.head),
    }
    grow(stream, "b", "c")
    assert everything(subscription) == [("event", "b"), ("event", "c")]
    assert subscription.cursor == stream.ring.head and subscription.name == "board"


def test_a_subscription_gets_its_missed_events_before_it_is_live():
    stream = stream_of("a", "b")
    assert everything(come(stream)) == [("event", "a"), ("event", "b"), ("live", None)]


def test_a_subscription_without_a_place_has_no_frame():
    asked = []
    subscription = come(stream_of("a"), None, asked=asked)
    assert subscription.next() is None and asked == []


def test_a_subscription_ahead_of_this_process_is_live_at_its_cursor():
    # It was placed by a look at the log, which this process may not have made itself.
    stream = stream_of("a")
    subscription = come(stream, Cursor(12, "c" * 16))
    assert everything(subscription) == [("live", None)]


def test_a_snapshot_comes_first_with_its_reason_and_counts():
    stream = stream_of("a", "b")
    stream.snapshot = snapshot_at(stream.ring.after(10).cursor)
    subscription = come(stream, START, "behind")
    assert subscription.cursor is None
    before = counted(metrics.SNAPSHOTS, "behind")
    assert told(subscription.next()) == ("snapshot", "behind")
    assert counted(metrics.SNAPSHOTS, "behind") == before + 1
    assert subscription.cursor == stream.snapshot.cursor and subscription.reason is None
    assert everything(subscription) == [("event", "b"), ("live", None)]


def test_a_missing_snapshot_is_fetched_and_sent_at_any_age():
    asked, stream = [], stream_of("a", "b")
    subscription = come(stream, None, "start", asked=asked)
    assert subscription.next() is None and asked == [subscription]
    subscription.fresh = snapshot_at(START)
    assert everything(subscription) == [
        ("snapshot", "start"),
        ("event", "a"),
        ("event", "b"),
        ("live", None),
    ]
    assert asked == [subscription] and subscription.fresh is None


def test_the_shared_snapshot_is_preferred_to_the_fetched_one():
    stream = stream_of("a", "b")
    stream.snapshot = snapshot_at(stream.ring.head)
    subscription = come(stream, None, "start")
    hold(subscription)
    assert everything(subscription) == [("snapshot", "start"), ("live", None)]


def test_an_event_that_follows_another_cursor_is_not_sent():
    stream = stream_of("a", "b", "c")
    stream.snapshot = snapshot_at(stream.ring.after(11).cursor)
    subscription = come(stream, Cursor(11, "b" * 16))
    assert everything(subscription) == [("snapshot", "fork"), ("event", "c"), ("live", None)]


def test_events_older_than_the_ring_are_read_from_the_log_page_by_page():
    asked, own = [], frames(*"abcd")
    stream = stream_of(*"abcd")
    stream.ring.shrink(1)
    subscription = come(stream, asked=asked)
    assert everything(subscription) == [] and asked == [subscription]
    subscription.replay_page = ReplayPage(own[:2])
    assert everything(subscription) == [("event", "a"), ("event", "b")]
    assert asked == [subscription] * 2
    subscription.replay_page = ReplayPage(own[2:])
    assert everything(subscription) == [("event", "c"), ("event", "d"), ("live", None)]
    assert asked == [subscription] * 2
    assert not subscription.replay_page, "from the ring on it needs none"


def test_no_page_is_read_beyond_the_replay_allowance():
    asked, stream = [], stream_of(*"abc")
    stream.ring.shrink(1)
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), 0)
    subscription = come(stream, asked=asked, replay=refuse)
    assert subscription.next() is None and asked == []


def test_a_subscription_that_was_live_gets_missed_events_without_an_allowance():
    asked, stream = [], stream_of("a")
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), 0)
    subscription = live(stream, asked=asked, replay=refuse)
    grow(stream, *"bcd")
    stream.ring.shrink(1)
    assert subscription.next() is None and asked == [subscription]
    subscription.replay_page = ReplayPage(frames(*"bc", after=subscription.cursor))
    assert everything(subscription) == [("event", "b"), ("event", "c"), ("event", "d")]


def test_an_event_beyond_the_allowance_is_not_sent_and_not_skipped():
    stream = stream_of("a")
    size = stream.ring.size
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), size - 1)
    subscription = come(stream, replay=refuse)
    assert subscription.next() is None and subscription.cursor == START


def test_a_snapshot_beyond_the_allowance_is_not_sent_either():
    stream = stream_of("a")
    stream.snapshot = snapshot_at(stream.ring.head)
    drawn = []
    refuse = Replay(
        lambda cells, size, draws: drawn.append(size) or too_much_replayed(7),
        (),
        len(stream.snapshot.frame("start")) - 1,
    )
    subscription = come(stream, None, "start", replay=refuse)
    assert subscription.next() is None and subscription.reason == "start"
    assert drawn == [PIECE_BYTES]


def test_lag_counts_only_once_the_subscription_was_live():
    stream = stream_of("a", "b")
    subscription = come(stream)
    assert subscription.lag() == 0
    everything(subscription)
    assert subscription.lag() == 0
    grow(stream, "c", "d")
    assert subscription.lag() == 2
    subscription.place(None, "fork")
    assert subscription.lag() == 0


def test_a_place_is_a_cursor_or_a_reason():
    stream = stream_of("a")
    subscription = come(stream)
    hold(subscription)
    stream.audience.seat(subscription, 0)
    subscription.place(stream.ring.head, None)
    assert (subscription.cursor, subscription.reason) == (stream.ring.head, None)
    assert holds(subscription) == (False, False), "it was read for another place"
    assert subscription.row is None and stream.audience.single == {subscription}
    subscription.place(START, "ahead")
    assert (subscription.cursor, subscription.reason) == (None, "ahead")


def test_pages_and_snapshots_from_before_the_floor_are_dropped():
    subscription = come(stream_of("a"))
    hold(subscription, START)
    subscription.forget_before(START)
    assert holds(subscription) == (True, True)
    subscription.forget_before(Cursor(11, "b" * 16))
    assert holds(subscription) == (False, False)


def test_a_page_that_was_dropped_is_read_again():
    asked, stream = [], stream_of("a", "b")
    stream.ring.shrink(0)
    subscription = come(stream, asked=asked)
    for drop in (subscription.forget, lambda: subscription.forget_before(stream.ring.head)):
        subscription.replay_page = ReplayPage(frames("a", "b"))
        drop()
        assert subscription.next() is None and asked.pop() is subscription


def test_page_and_snapshot_are_dropped_each_by_its_own_cursor():
    stream = stream_of("a", "b")
    floor = stream.ring.after(10).cursor
    subscription = come(stream)
    hold(subscription, floor)
    subscription.forget_before(floor)
    assert holds(subscription) == (False, True)
    late = come(stream, floor)
    hold(late, START)
    late.forget_before(floor)
    assert holds(late) == (True, False)
    waits = come(stream, None, "start")
    waits.fresh = snapshot_at(START)
    waits.forget_before(floor)
    assert holds(waits) == (False, False)


def test_an_ended_subscription_leaves_the_audience():
    stream = stream_of("a")
    single, seated = come(stream), come(stream)
    stream.audience.seat(seated, 0)
    single.unsubscribe(5.0)
    assert set(stream.audience) == {seated} and stream.idle_since == 5.0
    seated.unsubscribe(6.0)
    assert not stream.audience and stream.idle_since == 6.0


def test_a_batch_that_continues_the_head_is_written_at_once():
    stream, sink = stream_of("a"), ListSink(batch_bytes=300)
    subscription = live(stream, sink=sink)
    after = stream.ring.head
    b, c = grow(stream, "b", "c")
    assert subscription.follow(stream.ring.batch(after))
    assert sink.data == [b.data, c.data]
    assert subscription.cursor == c.cursor and subscription.connection.written == 1
    assert subscription.row is None, "it has no socket that could be written to past the sink"
    assert subscription.next() is None


def test_a_batch_of_one_event_goes_to_a_sink_without_batches_too():
    stream, sink = stream_of("a"), ListSink()
    subscription = live(stream, sink=sink)
    for written, key in enumerate("bc", start=1):
        after = stream.ring.head
        [frame] = grow(stream, key)
        assert subscription.follow(stream.ring.batch(after)) and sink.data[-1] == frame.data
        assert subscription.connection.written == written == len(sink.data)


def test_only_a_live_subscription_at_the_head_follows_a_batch():
    stream = stream_of("a")
    singles = live(stream)
    behind, comes, stalled, ended, other = (
        each(stream, sink=ListSink(batch_bytes=300)) for each in (live, come, live, live, live)
    )
    comes.place(stream.ring.head, None)
    other.place(Cursor(stream.ring.head.position, "b" * 16), None)
    stalled.connection.sink.stalled = True
    stalled.connection.send_control(b'{"type":"hello"}')
    ended.connection.close(too_slow())
    grow(stream, "b")
    after = stream.ring.head
    for each in (singles, comes, stalled, ended):
        each.place(after, None)
    grow(stream, "c", "d")
    batch = stream.ring.batch(after)
    for each in (singles, behind, comes, stalled, ended, other):
        written, cursor = each.connection.written, each.cursor
        assert not each.follow(batch)
        assert (each.connection.written, each.cursor) == (written, cursor)


def test_a_subscription_with_a_writable_socket_joins_a_row():
    stream = stream_of("a")
    subscription = live(stream, sink=wired())
    after = stream.ring.head
    grow(stream, "b")
    assert subscription.follow(stream.ring.batch(after))
    assert [list(row) for row in stream.audience.rows] == [[subscription]]
    assert subscription.row._descriptors == [Wire.descriptor]
    assert subscription.cursor == stream.ring.head and not stream.audience.single


def test_a_subscription_that_stalls_or_ends_with_the_write_joins_no_row():
    stream = stream_of("a")
    fills, ends = live(stream, sink=wired()), live(stream, sink=wired())
    fills.connection.sink.stalled = True
    ends.connection.sink.stalled = True
    # The network may tell within the write that the reader is gone.
    ends.connection.sink.filled = lambda: (
        ends.connection.close(too_slow()),
        ends.connection.sink.take(),
    )
    after = stream.ring.head
    grow(stream, "b")
    for each in (fills, ends):
        assert each.follow(stream.ring.batch(after))
    assert not stream.audience.rows
