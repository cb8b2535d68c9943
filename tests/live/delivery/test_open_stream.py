from dataclasses import replace

import pytest

from stoppress.live.delivery import open_stream
from stoppress.live.delivery.cached_snapshot import CachedSnapshot
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.open_stream import OpenStream
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


def stream_of(*keys, name="board"):
    return OpenStream(named(name), START, START, frames(*keys))


def grow(stream, *keys, redacts=()):
    """Add events to a stream, as the watch does, and return them."""
    made = frames(*keys, redacts=redacts, after=stream.ring.head)
    stream.grow(made)
    return made


def snapshot_at(cursor, **item):
    items = [{"key": "k", "order": "k"} | item] if item else []
    return CachedSnapshot(Snapshot("board", cursor, 30, None, items))


def come(stream, cursor=START, reason=None, **more):
    """Return the place of a reader who has come; `asked` takes each read that it waits for."""
    fetch = more.pop("asked", []).append
    full = more.pop("full", False)
    connection = Connection(more.pop("sink", None) or ListSink(), "ws", **more)
    subscription = Subscription(stream, connection, full, fetch)
    stream.audience.add(subscription)
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


def test_a_new_stream_has_the_events_read_for_it():
    own = frames("a", "b", "c")
    board = named("board")
    stream = OpenStream(board, START, own[0].cursor, own[1:])
    assert (stream.named, stream.name, stream.floor) == (board, "board", START)
    assert (stream.ring.start, stream.ring.head) == (own[0].cursor, own[2].cursor)
    assert stream.followed and not stream.more and not stream.audience
    assert stream.snapshot is None and stream.restarted_at is None


def test_the_size_is_the_sum_of_events_and_snapshot():
    stream = stream_of("a", "b")
    events = sum(len(frame.data) for frame in frames("a", "b"))
    assert stream.size == events
    stream.snapshot = snapshot_at(stream.ring.head)
    assert stream.size == events + stream.snapshot.size > events


def test_a_snapshot_is_sent_up_to_an_age_in_events(monkeypatch):
    monkeypatch.setattr(open_stream, "SNAPSHOT_SERVES", 2)
    stream = stream_of("a")
    assert stream.usable_snapshot() is None
    stream.snapshot = kept = snapshot_at(stream.ring.head)
    grow(stream, "b", "c")
    assert stream.usable_snapshot() is stream.snapshot is kept
    grow(stream, "d")
    assert stream.usable_snapshot() is None
    assert stream.snapshot is None, "nor does it take memory any more"


def test_a_snapshot_that_the_ring_does_not_continue_is_not_sent():
    stream = stream_of("a", "b")
    for cursor in (Cursor(11, "b" * 16), Cursor(99, "b" * 16), Cursor(9, "b" * 16)):
        stream.snapshot = snapshot_at(cursor)
        assert stream.usable_snapshot() is None


def test_new_events_that_withdraw_nothing_leave_everything_in_memory(wrapped):
    stream = stream_of("a")
    stream.snapshot = kept = snapshot_at(stream.ring.head)
    subscription = come(stream)
    hold(subscription)
    [b] = grow(stream, "b")
    assert stream.ring.head == b.cursor and len(stream.ring) == 2
    assert stream.snapshot is kept and stream.generation == 0
    assert holds(subscription) == (True, True) and not subscription.outdated()
    assert wrapped() == [True] * 3


def test_a_withdrawn_text_is_removed_from_memory(wrapped):
    stream = stream_of("a", "b")
    stream.snapshot = snapshot_at(stream.ring.head)
    single, seated = come(stream), come(stream)
    stream.audience.seat(seated, 0)
    for each in (single, seated):
        hold(each)
    grow(stream, "c", "a", "d", redacts={14})
    assert stream.snapshot is None and wrapped() == [False] * 3
    assert b"words of a" not in b"".join(stream.ring.after(p).data for p in range(10, 15))
    assert [holds(each) for each in (single, seated)] == [(False, False)] * 2
    assert stream.generation == 1, "a read that began before is worth nothing"
    assert single.outdated() and not come(stream).outdated()
    grow(stream, "b", redacts={16})
    assert stream.generation == 2


def test_rewritten_history_starts_anew_for_every_reader_with_its_reason(wrapped):
    stream = stream_of("a", "b")
    stream.snapshot = snapshot_at(stream.ring.head)
    before = stream.withdrawals
    place = stream.ring.head
    single, seated, waits, comes = (come(stream, place) for _ in range(4))
    stream.audience.seat(seated, 0)
    waits.place(None, "behind")
    comes.place(None, None)
    head = Head(Cursor(5, "c" * 16), START)
    stream.restart(head, "fork", 7.0)
    assert (stream.ring.start, stream.ring.head, len(stream.ring)) == (head.cursor, head.cursor, 0)
    assert (stream.restarted_at, stream.generation, stream.snapshot) == (7.0, 1, None)
    assert wrapped() == [False] * 3 and stream.withdrawals != before
    readers = (single, seated, waits)
    assert [each.reason for each in readers] == ["fork", "fork", "behind"]
    assert all(each.cursor is None and each.row is None for each in readers)
    assert (comes.cursor, comes.reason) == (None, None), "its place is looked up still"


def test_everything_before_a_new_floor_is_forgotten(wrapped):
    stream = stream_of("a", "b", "c")
    floor = stream.ring.after(11).cursor
    old, late = come(stream, stream.ring.after(10).cursor), come(stream, floor)
    stream.audience.seat(late, 0)
    hold(old, START)
    hold(late, floor)
    stream.snapshot = snapshot_at(START)
    stream.forget_before(floor)
    assert (stream.floor, stream.ring.start, len(stream.ring)) == (floor, floor, 1)
    assert stream.snapshot is None and wrapped() == [False] * 3
    assert holds(old) == (False, False) and holds(late) == (True, True)
    assert old.outdated() and late.outdated() and not come(stream).outdated()
    assert stream.generation == 0, "what is read meanwhile is looked at by its cursor"


def test_a_snapshot_at_the_new_floor_stays():
    stream = stream_of("a", "b")
    floor = stream.ring.after(10).cursor
    stream.snapshot = kept = snapshot_at(floor)
    stream.forget_before(floor)
    assert stream.snapshot is kept


def test_an_unchanged_floor_forgets_nothing(wrapped):
    stream = stream_of("a")
    subscription = come(stream)
    stream.forget_before(START)
    assert wrapped() == [True] * 3 and not subscription.outdated()


def test_the_larger_of_snapshot_and_ring_is_forgotten_first_the_ring_by_halves():
    stream = stream_of(*"abcde")
    stream.snapshot = snapshot_at(stream.ring.head, text="x" * stream.ring.size)
    stream.shrink()
    assert stream.snapshot is None and len(stream.ring) == 5
    stream.snapshot = small = snapshot_at(stream.ring.head)
    stream.shrink()
    assert stream.snapshot is small and len(stream.ring) == 2 and stream.ring.start.position == 13
    stream.snapshot = None
    stream.shrink()
    stream.shrink()
    assert len(stream.ring) == 0 and stream.ring.start == stream.ring.head


def test_every_withdrawal_outdates_the_earlier_subscriptions():
    stream = stream_of("a", "b", "c")
    for withdraw in (
        lambda: grow(stream, "a", redacts={14}),
        lambda: grow(stream, "b", redacts={15}),
        lambda: stream.forget_before(stream.ring.after(10).cursor),
        lambda: stream.forget_before(stream.ring.after(11).cursor),
        lambda: stream.restart(Head(stream.ring.head, stream.floor), "fork", 1.0),
        lambda: stream.restart(Head(stream.ring.head, stream.floor), "fork", 2.0),
    ):
        subscription = come(stream)
        assert not subscription.outdated()
        withdraw()
        assert subscription.outdated()


@pytest.mark.parametrize(
    ("shown", "event", "kept"),
    [
        ({"view": ["p"]}, '"op":"put","item":{"view":["p"]}', True),
        ({"view": ["p"]}, '"op":"put","item":{"text":"\\"view\\":["}', False),
        ({"view": ["p"]}, '"op":"remove","item":{}', True),
        ({"text": "x"}, '"op":"put","item":{}', True),
    ],
)
def test_a_snapshot_of_views_is_not_continued_by_an_event_without_one(shown, event, kept):
    stream = stream_of("a")
    stream.snapshot = snapshot_at(stream.ring.head, **shown)
    [frame] = frames("b", after=stream.ring.head)
    stream.grow([replace(frame, data=f"{{{event}}}".encode())])
    assert (stream.usable_snapshot() is not None) is kept
