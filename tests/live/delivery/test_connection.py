import json
from contextlib import contextmanager

from stoppress.live import metrics
from stoppress.live.delivery.beat import Beat
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import cannot_be_read, too_much_replayed, too_slow
from stoppress.live.readers.limits.replay import Replay
from tests.live.asking import counted
from tests.live.reader import ListSink

from .test_open_stream import come, grow, snapshot_at, stream_of
from .test_ring import START, frames
from .test_subscription import live

HELLO, BYE = b'{"type":"hello"}', b'{"type":"goodbye"}'


class WriteSink(ListSink):
    """Keeps apart what each write had; fails from the write on that is to fail."""

    def __init__(self, batch_bytes=0, fails_at=None):
        super().__init__(batch_bytes)
        self.writes = []
        self.fails_at = fails_at
        self.closing = "ends"

    def write(self, frames):
        if len(self.writes) == self.fails_at:
            raise OSError("the socket is gone")
        self.writes.append([data["type"] for data in map(json.loads, frames)])
        super().write(frames)

    def close(self, refusal):
        super().close(refusal)
        if self.closing == "fails":
            raise OSError("the socket is gone")


def also(subscription, stream, cursor):
    """Have the reader read another stream too."""
    connection = subscription.connection
    other = Subscription(stream, connection, False, lambda _: None)
    stream.audience.add(other)
    connection.subscriptions += (other,)
    other.place(cursor, None)
    return other


@contextmanager
def closes(count, refusal):
    before = counted(metrics.CLOSES, str(refusal.code))
    yield
    assert counted(metrics.CLOSES, str(refusal.code)) == before + count


def test_waiting_frames_are_written_with_control_frames_first():
    sink = WriteSink()
    connection = come(stream_of("a"), sink=sink).connection
    connection.queue_control(HELLO)
    connection.queue_control(BYE)
    assert sink.writes == []
    connection.pump()
    assert sink.writes == [["hello"], ["goodbye"], ["event"], ["live"]]
    assert connection.written == 4
    connection.pump()
    assert connection.written == 4, "nothing is due"


def test_a_control_frame_that_is_sent_goes_before_the_next_event():
    stream, sink = stream_of("a"), WriteSink()
    connection = live(stream, sink=sink).connection
    grow(stream, "b")
    connection.send_control(BYE)
    assert sink.writes == [["goodbye"], ["event"]]


def test_streams_are_served_in_the_order_of_the_request():
    stream, other, sink = stream_of("a"), stream_of("x", "y"), ListSink()
    subscription = come(stream, sink=sink)
    also(subscription, other, START)
    subscription.connection.pump()
    assert [frame.get("key") for frame in sink.frames] == ["a", None, "x", "y", None]


def test_a_write_takes_frames_up_to_the_limit_in_bytes():
    own = frames("a", "b", "c")
    a, b, c = (len(frame.data) for frame in own)
    for most, writes in (
        (1, [1, 1, 1, 1]),
        (a, [1, 1, 1, 1]),
        (a + 1, [2, 2]),
        (a + b, [2, 2]),
        (a + b + 1, [3, 1]),
        (a + b + c, [3, 1]),
        (10_000, [4]),
    ):
        sink = WriteSink(batch_bytes=most)
        come(stream_of("a", "b", "c"), sink=sink).connection.pump()
        assert list(map(len, sink.writes)) == writes
    assert {a, b, c} == {a}, "they are as long as each other"


def test_nothing_is_written_while_something_is_pending():
    sink = WriteSink()
    sink.stalled = True
    connection = come(stream_of("a"), sink=sink).connection
    connection.queue_control(HELLO)
    connection.pump()
    connection.pump()
    assert sink.writes == [["hello"]]
    sink.take()
    connection.pump()
    assert sink.writes == [["hello"], ["event"], ["live"]]


def test_nothing_is_written_to_an_ended_connection():
    sink = WriteSink()
    connection = come(stream_of("a"), sink=sink).connection
    connection.close(too_slow())
    connection.send_control(BYE)
    assert sink.writes == []


def test_a_connection_whose_write_fails_ends_and_is_logged(caplog):
    sink = WriteSink(fails_at=1)
    connection = come(stream_of("a"), sink=sink).connection
    with closes(1, cannot_be_read()):
        connection.pump()
    assert sink.closed == (cannot_be_read().code, cannot_be_read().reason)
    assert not connection.open and sink.writes == [["event"]]
    [record] = caplog.records
    assert record.name == "stoppress.live" and record.exc_info[0] is OSError
    words = "write to a reader failed; it is disconnected and resumes from its cursor"
    assert record.getMessage() == words


def test_a_connection_whose_close_fails_too_ends_with_one_log_line(caplog):
    sink = WriteSink(fails_at=0)
    sink.closing = "fails"
    connection = come(stream_of("a"), sink=sink).connection
    connection.pump()
    assert not connection.open and len(caplog.records) == 1


def test_a_replay_beyond_the_allowance_ends_the_connection_after_the_covered_events():
    own = frames("a", "b")
    budget = Replay(lambda cells, size, draws: too_much_replayed(7), (), len(own[0].data))
    sink = WriteSink()
    subscription = come(stream_of("a", "b"), sink=sink, replay=budget)
    with closes(1, too_much_replayed(7)):
        subscription.connection.pump()
    assert sink.writes == [["event"]] and subscription.cursor == own[0].cursor
    assert sink.closed == (4429, too_much_replayed(7).reason)


def test_a_replay_within_the_allowance_ends_nothing():
    budget = Replay(lambda cells, size, draws: too_much_replayed(7), (), 10_000)
    connection = come(stream_of("a", "b"), sink=WriteSink(), replay=budget).connection
    connection.pump()
    assert connection.open and connection.sink.writes == [["event"], ["event"], ["live"]]
    assert budget.left == 10_000 - sum(len(frame.data) for frame in frames("a", "b"))


def test_without_a_limit_all_may_be_replayed():
    connection = Connection(ListSink(), "ws")
    assert connection.affords(10**9) and connection.may_read_on()


def test_the_limit_is_checked_before_the_log_is_read_and_before_bytes_are_sent():
    answers = [None, None, too_much_replayed(7)]
    budget = Replay(lambda cells, size, draws: answers.pop(0), (), 100)
    connection = Connection(ListSink(), "ws", replay=budget)
    assert connection.affords(100) and len(answers) == 3
    assert connection.may_read_on() and connection.affords(1) and len(answers) == 1
    assert not connection.may_read_on() and not connection.affords(1)


def test_the_sent_cursors_leave_out_streams_without_a_place():
    stream = stream_of("a")
    subscription = come(stream, stream.ring.head)
    other = stream_of("x", name="other:x")
    waits = also(subscription, other, None)
    assert subscription.connection.sent() == {"board": stream.ring.head}
    waits.place(START, None)
    assert subscription.connection.sent() == {"board": stream.ring.head, "other:x": START}


def test_the_lag_is_the_largest_of_all_streams():
    assert Connection(ListSink(), "ws").lag() == 0
    stream, other = stream_of("a"), stream_of("x")
    subscription = live(stream)
    also(subscription, other, other.ring.head).next()
    grow(stream, "b")
    grow(other, "y", "z")
    assert subscription.connection.lag() == 2


def test_a_heartbeat_is_sent_and_remembered():
    sink = WriteSink()
    connection = live(stream_of("a"), sink=sink).connection
    beats = [Beat(at, {}) for at in (1.0, 2.0, 3.0)]
    assert (connection.last_beats(), connection.count_beats()) == ((), 0)
    for beat in beats:
        connection.beat(b'{"type":"heartbeat"}', beat)
    assert sink.writes == [["heartbeat"]] * 3
    assert (connection.last_beats(), connection.count_beats()) == ((beats[1], beats[2]), 3)


def test_heartbeats_of_a_row_count_while_the_reader_is_seated_and_afterwards():
    stream = stream_of("a")
    subscription = live(stream)
    connection = subscription.connection
    first, second, third = (Beat(at, {}) for at in (1.0, 2.0, 3.0))
    other = live(stream)
    stream.audience.seat(other, 0)
    row = other.row
    row.beat(Beat(0.5, {}))
    connection.beat(b'{"type":"heartbeat"}', first)
    stream.audience.seat(subscription, 0)
    assert subscription.row is row
    assert (connection.last_beats(), connection.count_beats()) == ((first,), 1)
    row.beat(second)
    assert (connection.last_beats(), connection.count_beats()) == ((first, second), 2)
    row.beat(third)
    assert (connection.last_beats(), connection.count_beats()) == ((second, third), 3)
    connection.leave_rows()
    row.beat(Beat(4.0, {}))
    assert (connection.last_beats(), connection.count_beats()) == ((second, third), 3)


def test_a_reader_that_leaves_a_row_keeps_the_rows_heartbeats_and_its_own():
    stream = stream_of("a")
    subscription = live(stream)
    own, rows = Beat(1.0, {}), Beat(2.0, {})
    subscription.connection.beat(b'{"type":"heartbeat"}', own)
    stream.audience.seat(subscription, 0)
    subscription.row.beat(rows)
    subscription.connection.leave_rows()
    assert subscription.connection.last_beats() == (own, rows)


def test_a_reader_that_leaves_a_row_without_heartbeats_keeps_its_own():
    stream = stream_of("a")
    other, subscription = live(stream), live(stream)
    stream.audience.seat(other, 0)
    other.row.beat(Beat(1.0, {}))
    own = Beat(2.0, {})
    subscription.connection.beat(b'{"type":"heartbeat"}', own)
    stream.audience.seat(subscription, 0)
    subscription.connection.leave_rows()
    assert subscription.connection.last_beats() == (own,)
    assert subscription.connection.count_beats() == 1


def test_the_heartbeats_of_a_former_row_are_not_kept_twice():
    subscription = live(stream_of("a"))
    subscription.connection.keep_beats(subscription)
    assert subscription.connection.count_beats() == 0


def test_a_stall_begins_with_the_first_check_that_finds_pending_bytes():
    sink = ListSink()
    connection = live(stream_of("a"), sink=sink).connection
    assert connection.stalled_for(10.0) == 0
    sink.stalled = True
    connection.send_control(HELLO)
    assert connection.stalled_for(11.0) == 0
    assert connection.stalled_for(14.0) == 3
    sink.take()
    assert connection.stalled_for(15.0) == 0
    sink.stalled = True
    connection.send_control(HELLO)
    assert connection.stalled_for(16.0) == 0 and connection.stalled_for(17.5) == 1.5


def test_a_reader_that_took_something_between_two_checks_has_not_stalled():
    sink = ListSink()
    connection = live(stream_of("a"), sink=sink).connection
    for now in (10.0, 11.0, 12.0):
        sink.take()
        sink.stalled = True
        connection.send_control(HELLO)
        assert connection.stalled_for(now) == 0
    assert connection.stalled_for(14.0) == 2


def test_a_row_shares_heartbeats_only_if_all_its_readers_have_one_stream():
    stream, other = stream_of("a"), stream_of("x")
    assert not Connection(ListSink(), "ws").in_row()
    alone, beside, both = (live(stream) for _ in range(3))
    assert not alone.connection.in_row()
    stream.audience.seat(alone, 0)
    assert alone.connection.in_row()
    second = also(both, other, other.ring.head)
    other.audience.seat(second, 0)
    assert not both.connection.in_row()
    stream.audience.seat(both, 0)
    assert not both.connection.in_row()
    # One heartbeat no longer fits all of the row: everybody has its own.
    assert alone.row is both.row and not alone.connection.in_row()
    assert not beside.connection.in_row()


def test_a_connection_leaves_its_row_in_every_stream():
    stream, other = stream_of("a"), stream_of("x")
    subscription = live(stream)
    second = also(subscription, other, other.ring.head)
    stream.audience.seat(subscription, 0)
    other.audience.seat(second, 0)
    subscription.connection.leave_rows()
    assert (subscription.row, second.row) == (None, None)
    assert not stream.audience.rows and not other.audience.rows


def test_a_connection_ends_once_and_leaves_its_row():
    stream = stream_of("a")
    subscription = live(stream)
    connection = subscription.connection
    stream.audience.seat(subscription, 0)
    with closes(1, too_slow()), closes(0, cannot_be_read()):
        connection.close(too_slow())
        connection.close(cannot_be_read())
    assert connection.sink.closed == (too_slow().code, too_slow().reason)
    assert not connection.open and subscription.row is None


def test_an_internal_connection_is_not_counted_as_a_closed_reader():
    connection = Connection(ListSink(), "")
    with closes(0, too_slow()):
        connection.close(too_slow())
    assert connection.sink.closed


def test_a_snapshot_is_served_before_the_events_after_it():
    stream, sink = stream_of("a", "b"), ListSink()
    stream.snapshot = snapshot_at(stream.ring.after(10).cursor)
    come(stream, Cursor(99, "b" * 16), "ahead", sink=sink).connection.pump()
    assert [frame["type"] for frame in sink.frames] == ["snapshot", "event", "live"]
