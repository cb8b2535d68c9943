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

from .test_feed import come, feed_of, grow, hold, holds, snapshot_at
from .test_ring import START, frames


def told(data):
    frame = json.loads(data)
    return frame["type"], frame.get("reason", frame.get("key"))


def everything(subscription):
    """Return what comes next until there is nothing."""
    return [told(data) for data in iter(subscription.next, None)]


def live(feed, **more):
    """Return the place of a reader at the head, which is live."""
    subscription = come(feed, feed.ring.head, **more)
    assert everything(subscription) == [("live", None)]
    return subscription


class Wire:
    """A socket that is a descriptor only."""

    descriptor = 5


def wired():
    sink = ListSink(batch_bytes=300)
    sink.wire = Wire()
    return sink


def test_a_new_one_has_neither_a_place_nor_anything_read_for_it():
    feed = feed_of("a")
    connection = Connection(ListSink(), "ws")
    for full in (False, True):
        subscription = Subscription(feed, connection, full, lambda _: None)
        assert (subscription.feed, subscription.connection) == (feed, connection)
        assert subscription.full is full and not subscription.fetching
        assert (subscription.row, subscription.cursor, subscription.reason) == (None, None, None)
        assert subscription.fresh is None and len(subscription.replay_page) == 0
        assert subscription.next() is None and subscription.lag() == 0


def test_one_at_the_head_is_live_once_and_then_has_what_comes():
    feed = feed_of("a")
    subscription = come(feed, feed.ring.head)
    [frame] = iter(subscription.next, None)
    assert json.loads(frame) == {
        "type": "live",
        "stream": "board",
        "cursor": str(feed.ring.head),
    }
    grow(feed, "b", "c")
    assert everything(subscription) == [("event", "b"), ("event", "c")]
    assert subscription.cursor == feed.ring.head and subscription.name == "board"


def test_one_that_was_away_has_what_it_missed_before_it_is_live():
    feed = feed_of("a", "b")
    assert everything(come(feed)) == [("event", "a"), ("event", "b"), ("live", None)]


def test_one_without_a_place_has_nothing_yet():
    asked = []
    subscription = come(feed_of("a"), None, asked=asked)
    assert subscription.next() is None and asked == []


def test_one_that_is_ahead_of_this_process_is_live_there():
    # It was placed by a look at the log, which this process may not have made itself.
    feed = feed_of("a")
    subscription = come(feed, Cursor(12, "c" * 16))
    assert everything(subscription) == [("live", None)]


def test_a_snapshot_comes_first_with_its_reason_and_counts():
    feed = feed_of("a", "b")
    feed.snapshot = snapshot_at(feed.ring.after(10).cursor)
    subscription = come(feed, START, "behind")
    assert subscription.cursor is None
    before = counted(metrics.SNAPSHOTS, "behind")
    assert told(subscription.next()) == ("snapshot", "behind")
    assert counted(metrics.SNAPSHOTS, "behind") == before + 1
    assert subscription.cursor == feed.snapshot.cursor and subscription.reason is None
    assert everything(subscription) == [("event", "b"), ("live", None)]


def test_a_snapshot_that_nobody_has_is_asked_for_and_serves_however_old_it_is():
    asked, feed = [], feed_of("a", "b")
    subscription = come(feed, None, "start", asked=asked)
    assert subscription.next() is None and asked == [subscription]
    subscription.fresh = snapshot_at(START)
    assert everything(subscription) == [
        ("snapshot", "start"),
        ("event", "a"),
        ("event", "b"),
        ("live", None),
    ]
    assert asked == [subscription] and subscription.fresh is None


def test_the_snapshot_of_all_goes_before_ones_own():
    feed = feed_of("a", "b")
    feed.snapshot = snapshot_at(feed.ring.head)
    subscription = come(feed, None, "start")
    hold(subscription)
    assert everything(subscription) == [("snapshot", "start"), ("live", None)]


def test_an_event_that_follows_another_cursor_is_not_sent():
    feed = feed_of("a", "b", "c")
    feed.snapshot = snapshot_at(feed.ring.after(11).cursor)
    subscription = come(feed, Cursor(11, "b" * 16))
    assert everything(subscription) == [("snapshot", "fork"), ("event", "c"), ("live", None)]


def test_what_is_behind_the_ring_is_read_from_the_log_page_by_page():
    asked, own = [], frames(*"abcd")
    feed = feed_of(*"abcd")
    feed.ring.shrink(1)
    subscription = come(feed, asked=asked)
    assert everything(subscription) == [] and asked == [subscription]
    subscription.replay_page = ReplayPage(own[:2])
    assert everything(subscription) == [("event", "a"), ("event", "b")]
    assert asked == [subscription] * 2
    subscription.replay_page = ReplayPage(own[2:])
    assert everything(subscription) == [("event", "c"), ("event", "d"), ("live", None)]
    assert asked == [subscription] * 2
    assert not subscription.replay_page, "from the ring on it needs none"


def test_one_that_may_not_have_more_replayed_has_nothing_read_for_it():
    asked, feed = [], feed_of(*"abc")
    feed.ring.shrink(1)
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), 0)
    subscription = come(feed, asked=asked, replay=refuse)
    assert subscription.next() is None and asked == []


def test_one_that_was_live_has_what_it_missed_read_whatever_its_allowance():
    asked, feed = [], feed_of("a")
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), 0)
    subscription = live(feed, asked=asked, replay=refuse)
    grow(feed, *"bcd")
    feed.ring.shrink(1)
    assert subscription.next() is None and asked == [subscription]
    subscription.replay_page = ReplayPage(frames(*"bc", after=subscription.cursor))
    assert everything(subscription) == [("event", "b"), ("event", "c"), ("event", "d")]


def test_what_the_allowance_does_not_cover_is_not_sent_and_not_passed():
    feed = feed_of("a")
    size = feed.ring.size
    refuse = Replay(lambda cells, size, draws: too_much_replayed(7), (), size - 1)
    subscription = come(feed, replay=refuse)
    assert subscription.next() is None and subscription.cursor == START


def test_a_snapshot_that_the_allowance_does_not_cover_is_not_sent_either():
    feed = feed_of("a")
    feed.snapshot = snapshot_at(feed.ring.head)
    drawn = []
    refuse = Replay(
        lambda cells, size, draws: drawn.append(size) or too_much_replayed(7),
        (),
        len(feed.snapshot.frame("start")) - 1,
    )
    subscription = come(feed, None, "start", replay=refuse)
    assert subscription.next() is None and subscription.reason == "start"
    assert drawn == [PIECE_BYTES]


def test_its_lag_counts_from_when_it_was_live():
    feed = feed_of("a", "b")
    subscription = come(feed)
    assert subscription.lag() == 0
    everything(subscription)
    assert subscription.lag() == 0
    grow(feed, "c", "d")
    assert subscription.lag() == 2
    subscription.place(None, "fork")
    assert subscription.lag() == 0


def test_a_place_is_given_with_a_cursor_or_with_a_reason():
    feed = feed_of("a")
    subscription = come(feed)
    hold(subscription)
    feed.audience.seat(subscription, 0)
    subscription.place(feed.ring.head, None)
    assert (subscription.cursor, subscription.reason) == (feed.ring.head, None)
    assert holds(subscription) == (False, False), "it was read for another place"
    assert subscription.row is None and feed.audience.single == {subscription}
    subscription.place(START, "ahead")
    assert (subscription.cursor, subscription.reason) == (None, "ahead")


def test_what_was_read_before_the_floor_is_dropped():
    subscription = come(feed_of("a"))
    hold(subscription, START)
    subscription.forget_before(START)
    assert holds(subscription) == (True, True)
    subscription.forget_before(Cursor(11, "b" * 16))
    assert holds(subscription) == (False, False)


def test_a_page_that_was_dropped_is_read_again():
    asked, feed = [], feed_of("a", "b")
    feed.ring.shrink(0)
    subscription = come(feed, asked=asked)
    for drop in (subscription.forget, lambda: subscription.forget_before(feed.ring.head)):
        subscription.replay_page = ReplayPage(frames("a", "b"))
        drop()
        assert subscription.next() is None and asked.pop() is subscription


def test_page_and_snapshot_are_dropped_each_by_its_own_cursor():
    feed = feed_of("a", "b")
    floor = feed.ring.after(10).cursor
    subscription = come(feed)
    hold(subscription, floor)
    subscription.forget_before(floor)
    assert holds(subscription) == (False, True)
    late = come(feed, floor)
    hold(late, START)
    late.forget_before(floor)
    assert holds(late) == (True, False)
    waits = come(feed, None, "start")
    waits.fresh = snapshot_at(START)
    waits.forget_before(floor)
    assert holds(waits) == (False, False)


def test_one_who_leaves_gives_its_place_back():
    feed = feed_of("a")
    single, seated = come(feed), come(feed)
    feed.audience.seat(seated, 0)
    single.unsubscribe(5.0)
    assert set(feed.audience) == {seated} and feed.idle_since == 5.0
    seated.unsubscribe(6.0)
    assert not feed.audience and feed.idle_since == 6.0


def test_a_batch_that_goes_on_from_the_head_is_written_at_once():
    feed, sink = feed_of("a"), ListSink(batch_bytes=300)
    subscription = live(feed, sink=sink)
    after = feed.ring.head
    b, c = grow(feed, "b", "c")
    assert subscription.follow(feed.ring.batch(after))
    assert sink.data == [b.data, c.data]
    assert subscription.cursor == c.cursor and subscription.connection.written == 1
    assert subscription.row is None, "it has no socket that could be written to past the sink"
    assert subscription.next() is None


def test_a_batch_of_one_goes_to_a_sink_that_takes_them_one_by_one_too():
    feed, sink = feed_of("a"), ListSink()
    subscription = live(feed, sink=sink)
    for written, key in enumerate("bc", start=1):
        after = feed.ring.head
        [frame] = grow(feed, key)
        assert subscription.follow(feed.ring.batch(after)) and sink.data[-1] == frame.data
        assert subscription.connection.written == written == len(sink.data)


def test_nobody_else_follows():
    feed = feed_of("a")
    singles = live(feed)
    behind, comes, stalled, ended, other = (
        each(feed, sink=ListSink(batch_bytes=300)) for each in (live, come, live, live, live)
    )
    comes.place(feed.ring.head, None)
    other.place(Cursor(feed.ring.head.position, "b" * 16), None)
    stalled.connection.sink.stalled = True
    stalled.connection.send_control(b'{"type":"hello"}')
    ended.connection.close(too_slow())
    grow(feed, "b")
    after = feed.ring.head
    for each in (singles, comes, stalled, ended):
        each.place(after, None)
    grow(feed, "c", "d")
    batch = feed.ring.batch(after)
    for each in (singles, behind, comes, stalled, ended, other):
        written, cursor = each.connection.written, each.cursor
        assert not each.follow(batch)
        assert (each.connection.written, each.cursor) == (written, cursor)


def test_one_whose_socket_may_be_written_to_joins_a_row():
    feed = feed_of("a")
    subscription = live(feed, sink=wired())
    after = feed.ring.head
    grow(feed, "b")
    assert subscription.follow(feed.ring.batch(after))
    assert [list(row) for row in feed.audience.rows] == [[subscription]]
    assert subscription.row._descriptors == [Wire.descriptor]
    assert subscription.cursor == feed.ring.head and not feed.audience.single


def test_one_that_fills_up_or_ends_with_that_write_joins_none():
    feed = feed_of("a")
    fills, ends = live(feed, sink=wired()), live(feed, sink=wired())
    fills.connection.sink.stalled = True
    ends.connection.sink.stalled = True
    # The network may tell within the write that the reader is gone.
    ends.connection.sink.filled = lambda: (
        ends.connection.close(too_slow()),
        ends.connection.sink.take(),
    )
    after = feed.ring.head
    grow(feed, "b")
    for each in (fills, ends):
        assert each.follow(feed.ring.batch(after))
    assert not feed.audience.rows
