import pytest

from stoppress.live.delivery import feed as feeds
from stoppress.live.delivery.cached_snapshot import CachedSnapshot
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.feed import Feed
from stoppress.live.delivery.replay_page import ReplayPage
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.log.history import Head
from stoppress.live.protocol import wrapping
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.publishing.registry import NamedStream, Stream
from stoppress.live.publishing.snapshots import Snapshot
from tests.live.reader import ListSink

from .test_ring import START, frames


def named(name):
    return NamedStream(name, Stream(name, lambda limit: [], 30, None, None), {})


def feed_of(*keys, name="board"):
    return Feed(named(name), START, START, frames(*keys))


def grow(feed, *keys, redacts=()):
    """Add events to a feed, as the watch does, and return them."""
    made = frames(*keys, redacts=redacts, after=feed.ring.head)
    feed.grow(made)
    return made


def snapshot_at(cursor, **item):
    items = [{"key": "k", "order": "k"} | item] if item else []
    return CachedSnapshot(Snapshot("board", cursor, 30, None, items))


def come(feed, cursor=START, reason=None, **more):
    """Return the place of a reader who has come; `asked` takes each read that it waits for."""
    fetch = more.pop("asked", []).append
    full = more.pop("full", False)
    connection = Connection(more.pop("sink", None) or ListSink(), "ws", **more)
    subscription = Subscription(feed, connection, full, fetch)
    feed.audience.add(subscription)
    connection.subscriptions += (subscription,)
    subscription.place(cursor, reason)
    return subscription


def hold(subscription, cursor=START):
    """Have a page and a snapshot read for a reader."""
    subscription.replay_page = ReplayPage(frames("p"))
    subscription.fresh = snapshot_at(cursor)


def holds(subscription):
    return bool(subscription.replay_page), subscription.fresh is not None


@pytest.fixture
def wrapped():
    """Wrap a text for each transport, and return how many are remembered."""
    wraps = (wrapping.text_of, wrapping.websocket_texts, wrapping.sse_event)
    wrapping.text_of(b'{"type":"event"}')
    wrapping.websocket_texts((b'{"type":"event"}',))
    wrapping.sse_event(b'{"type":"event"}', "")
    return lambda: [wrap.cache_info().currsize > 0 for wrap in wraps]


def test_a_new_one_has_what_was_read_for_it():
    own = frames("a", "b", "c")
    board = named("board")
    feed = Feed(board, START, own[0].cursor, own[1:])
    assert (feed.named, feed.name, feed.floor) == (board, "board", START)
    assert (feed.ring.start, feed.ring.head) == (own[0].cursor, own[2].cursor)
    assert feed.followed and not feed.more and not feed.audience
    assert feed.snapshot is None and feed.restarted_at is None


def test_its_size_is_that_of_its_events_and_its_snapshot():
    feed = feed_of("a", "b")
    events = sum(len(frame.data) for frame in frames("a", "b"))
    assert feed.size == events
    feed.snapshot = snapshot_at(feed.ring.head)
    assert feed.size == events + feed.snapshot.size > events


def test_a_snapshot_serves_until_it_is_so_many_events_old(monkeypatch):
    monkeypatch.setattr(feeds, "SNAPSHOT_SERVES", 2)
    feed = feed_of("a")
    assert feed.usable_snapshot() is None
    feed.snapshot = kept = snapshot_at(feed.ring.head)
    grow(feed, "b", "c")
    assert feed.usable_snapshot() is feed.snapshot is kept
    grow(feed, "d")
    assert feed.usable_snapshot() is None
    assert feed.snapshot is None, "nor does it take memory any more"


def test_a_snapshot_that_the_ring_does_not_go_on_from_serves_nobody():
    feed = feed_of("a", "b")
    for cursor in (Cursor(11, "b" * 16), Cursor(99, "b" * 16), Cursor(9, "b" * 16)):
        feed.snapshot = snapshot_at(cursor)
        assert feed.usable_snapshot() is None


def test_new_events_that_withdraw_nothing_leave_everything_in_memory(wrapped):
    feed = feed_of("a")
    feed.snapshot = kept = snapshot_at(feed.ring.head)
    subscription = come(feed)
    hold(subscription)
    [b] = grow(feed, "b")
    assert feed.ring.head == b.cursor and len(feed.ring) == 2
    assert feed.snapshot is kept and feed.generation == 0
    assert holds(subscription) == (True, True) and not subscription.outdated()
    assert wrapped() == [True] * 3


def test_a_withdrawn_text_is_nowhere_in_memory_any_more(wrapped):
    feed = feed_of("a", "b")
    feed.snapshot = snapshot_at(feed.ring.head)
    single, seated = come(feed), come(feed)
    feed.audience.seat(seated, 0)
    for each in (single, seated):
        hold(each)
    grow(feed, "c", "a", "d", redacts={14})
    assert feed.snapshot is None and wrapped() == [False] * 3
    assert b"words of a" not in b"".join(feed.ring.after(p).data for p in range(10, 15))
    assert [holds(each) for each in (single, seated)] == [(False, False)] * 2
    assert feed.generation == 1, "a read that began before is worth nothing"
    assert single.outdated() and not come(feed).outdated()
    grow(feed, "b", redacts={16})
    assert feed.generation == 2


def test_history_that_was_rewritten_begins_anew_for_everybody_with_its_reason(wrapped):
    feed = feed_of("a", "b")
    feed.snapshot = snapshot_at(feed.ring.head)
    before = feed.withdrawals
    place = feed.ring.head
    single, seated, waits, comes = (come(feed, place) for _ in range(4))
    feed.audience.seat(seated, 0)
    waits.place(None, "behind")
    comes.place(None, None)
    head = Head(Cursor(5, "c" * 16), START)
    feed.restart(head, "fork", 7.0)
    assert (feed.ring.start, feed.ring.head, len(feed.ring)) == (head.cursor, head.cursor, 0)
    assert (feed.restarted_at, feed.generation, feed.snapshot) == (7.0, 1, None)
    assert wrapped() == [False] * 3 and feed.withdrawals != before
    readers = (single, seated, waits)
    assert [each.reason for each in readers] == ["fork", "fork", "behind"]
    assert all(each.cursor is None and each.row is None for each in readers)
    assert (comes.cursor, comes.reason) == (None, None), "its place is looked up still"


def test_a_new_floor_has_everything_before_it_forgotten(wrapped):
    feed = feed_of("a", "b", "c")
    floor = feed.ring.after(11).cursor
    old, late = come(feed, feed.ring.after(10).cursor), come(feed, floor)
    feed.audience.seat(late, 0)
    hold(old, START)
    hold(late, floor)
    feed.snapshot = snapshot_at(START)
    feed.forget_before(floor)
    assert (feed.floor, feed.ring.start, len(feed.ring)) == (floor, floor, 1)
    assert feed.snapshot is None and wrapped() == [False] * 3
    assert holds(old) == (False, False) and holds(late) == (True, True)
    assert old.outdated() and late.outdated() and not come(feed).outdated()
    assert feed.generation == 0, "what is read meanwhile is looked at by its cursor"


def test_a_snapshot_at_the_new_floor_stays():
    feed = feed_of("a", "b")
    floor = feed.ring.after(10).cursor
    feed.snapshot = kept = snapshot_at(floor)
    feed.forget_before(floor)
    assert feed.snapshot is kept


def test_a_floor_that_is_where_it_was_has_nothing_forgotten(wrapped):
    feed = feed_of("a")
    subscription = come(feed)
    feed.forget_before(START)
    assert wrapped() == [True] * 3 and not subscription.outdated()


def test_the_larger_of_snapshot_and_ring_is_forgotten_first_the_ring_by_halves():
    feed = feed_of(*"abcde")
    feed.snapshot = snapshot_at(feed.ring.head, text="x" * feed.ring.size)
    feed.shrink()
    assert feed.snapshot is None and len(feed.ring) == 5
    feed.snapshot = small = snapshot_at(feed.ring.head)
    feed.shrink()
    assert feed.snapshot is small and len(feed.ring) == 2 and feed.ring.start.position == 13
    feed.snapshot = None
    feed.shrink()
    feed.shrink()
    assert len(feed.ring) == 0 and feed.ring.start == feed.ring.head


def test_each_withdrawal_is_one_for_those_who_came_after_the_last():
    feed = feed_of("a", "b", "c")
    for withdraw in (
        lambda: grow(feed, "a", redacts={14}),
        lambda: grow(feed, "b", redacts={15}),
        lambda: feed.forget_before(feed.ring.after(10).cursor),
        lambda: feed.forget_before(feed.ring.after(11).cursor),
        lambda: feed.restart(Head(feed.ring.head, feed.floor), "fork", 1.0),
        lambda: feed.restart(Head(feed.ring.head, feed.floor), "fork", 2.0),
    ):
        subscription = come(feed)
        assert not subscription.outdated()
        withdraw()
        assert subscription.outdated()
