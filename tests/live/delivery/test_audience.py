import pytest

from stoppress.live.delivery import row
from stoppress.live.delivery.audience import Audience
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import too_slow
from tests.live.reader import ListSink

HERE, LATER = Cursor(1, "0" * 16), Cursor(2, "1" * 16)


class BareStream:
    """As much of a stream as a place in it needs."""

    name, withdrawals = "board", (0, None)

    def __init__(self):
        self.audience = Audience()


@pytest.fixture
def stream(monkeypatch):
    monkeypatch.setattr(row, "ROW", 2)
    return BareStream()


def come(stream, cursor=HERE, seated=True):
    subscription = Subscription(stream, Connection(ListSink(), "ws"), False, lambda _: None)
    stream.audience.add(subscription)
    subscription.place(cursor, None)
    if seated:
        stream.audience.seat(subscription, id(subscription))
    return subscription


def rows(stream):
    for each in stream.audience.rows:
        assert each._descriptors == [id(subscription) for subscription in each]
    return [list(each) for each in stream.audience.rows]


def test_rows_fill_up_one_after_another(stream):
    assert not stream.audience
    first, second, third = [come(stream) for _ in range(3)]
    alone = come(stream, seated=False)
    assert rows(stream) == [[first, second], [third]]
    assert set(stream.audience) == {first, second, third, alone} and len(stream.audience) == 4
    assert stream.audience.single == {alone}


def test_a_reader_that_leaves_frees_its_seat(stream):
    first, second, third = [come(stream) for _ in range(3)]
    stream.audience.discard(first)
    assert rows(stream) == [[second], [third]] and first.row is None
    stream.audience.discard(third)
    stream.audience.discard(second)
    assert not stream.audience and len(stream.audience) == 0


def test_a_reader_without_a_row_leaves(stream):
    alone, other = come(stream, seated=False), come(stream, seated=False)
    stream.audience.discard(alone)
    assert set(stream.audience) == {other}


def test_a_reader_takes_a_seat_only_in_a_row_at_its_cursor(stream):
    first, second, third = [come(stream) for _ in range(3)]
    first.row.cursor = LATER
    assert (second.cursor, third.cursor) == (LATER, HERE)
    fourth = come(stream, LATER)
    assert rows(stream) == [[first, second], [third], [fourth]]


def test_a_reader_removed_from_its_row_keeps_its_place_and_moves_by_itself(stream):
    first, second = come(stream), come(stream)
    first.row.cursor = LATER
    stream.audience.remove_from_row(first)
    assert first.cursor == LATER and rows(stream) == [[second]]
    second.row.cursor = HERE
    assert first.cursor == LATER
    stream.audience.remove_from_row(first)  # again, which is nothing new
    assert stream.audience.single == {first}


def test_a_reader_given_another_place_leaves_its_row(stream):
    first, second = come(stream), come(stream)
    second.place(None, "fork")
    assert rows(stream) == [[first]] and second.reason == "fork" and second.cursor is None


def test_rows_and_single_readers_are_served_in_random_order(stream):
    assert stream.audience.rows_in_turn() == stream.audience.single_in_turn() == []
    for _ in range(6):
        come(stream)
        come(stream, seated=False)
    for in_turn, everybody in (
        (stream.audience.rows_in_turn, set(stream.audience.rows)),
        (stream.audience.single_in_turn, stream.audience.single),
    ):
        orders = {tuple(in_turn()) for _ in range(200)}
        assert {order[-1] for order in orders} == everybody
        assert all(set(order) == everybody for order in orders)


def test_the_readers_of_a_dissolved_row_continue_singly(stream):
    everybody = [come(stream) for _ in range(3)]
    stream.audience.dissolve(everybody[0].row)
    assert rows(stream) == [[everybody[2]]]
    assert stream.audience.single == set(everybody[:2])
    assert [each.cursor for each in everybody] == [HERE] * 3


def test_a_row_with_most_seats_free_is_sparse_unless_it_is_the_newest(stream, monkeypatch):
    monkeypatch.setattr(row, "ROW", 4)
    everybody = [come(stream) for _ in range(9)]
    for subscription in everybody[:3]:
        stream.audience.remove_from_row(subscription)
    assert [len(each) for each in stream.audience.rows] == [1, 4, 1]
    assert [stream.audience.is_sparse(each) for each in stream.audience.rows] == [
        True,
        False,
        False,
    ]


def test_a_reader_that_ends_or_stalls_leaves_its_row(stream):
    first, second = come(stream), come(stream)
    for each in (first, second):
        each.connection.subscriptions = (each,)
    first.connection.leave_rows()
    assert rows(stream) == [[second]]
    second.connection.close(too_slow())
    assert rows(stream) == [] and stream.audience.single == {first, second}


def test_an_audience_is_true_with_a_reader_in_a_row_or_without_one(stream):
    assert not stream.audience
    single = come(stream, seated=False)
    assert stream.audience
    stream.audience.seat(single, id(single))
    assert stream.audience and not stream.audience.single
    stream.audience.discard(single)
    assert not stream.audience


def test_a_row_that_became_empty_may_be_dissolved(stream):
    subscription = come(stream)
    row = subscription.row
    stream.audience.remove_from_row(subscription)
    stream.audience.dissolve(row)
    assert rows(stream) == [] and stream.audience.single == {subscription}


def test_a_row_has_the_slot_of_its_first_reader(stream):
    first, second = come(stream, seated=False), come(stream, seated=False)
    first.connection.slot, second.connection.slot = 7, 9
    for each in (first, second):
        stream.audience.seat(each, id(each))
    assert first.row is second.row and first.row.slot == 7
