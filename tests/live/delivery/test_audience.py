import pytest

from stoppress.live.delivery import row
from stoppress.live.delivery.audience import Audience
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import too_slow
from tests.live.reader import ListSink

HERE, LATER = Cursor(1, "0" * 16), Cursor(2, "1" * 16)


class Feed:
    """As much of a feed as a place in it needs."""

    name, withdrawals = "board", (0, None)

    def __init__(self):
        self.audience = Audience()


@pytest.fixture
def feed(monkeypatch):
    monkeypatch.setattr(row, "ROW", 2)
    return Feed()


def come(feed, cursor=HERE, seated=True):
    subscription = Subscription(feed, Connection(ListSink(), "ws"), False, lambda _: None)
    feed.audience.add(subscription)
    subscription.place(cursor, None)
    if seated:
        feed.audience.seat(subscription, id(subscription))
    return subscription


def rows(feed):
    for each in feed.audience.rows:
        assert each._descriptors == [id(subscription) for subscription in each]
    return [list(each) for each in feed.audience.rows]


def test_rows_fill_up_one_after_another(feed):
    assert not feed.audience
    first, second, third = [come(feed) for _ in range(3)]
    alone = come(feed, seated=False)
    assert rows(feed) == [[first, second], [third]]
    assert set(feed.audience) == {first, second, third, alone} and len(feed.audience) == 4
    assert feed.audience.single == {alone}


def test_one_who_leaves_leaves_a_free_seat(feed):
    first, second, third = [come(feed) for _ in range(3)]
    feed.audience.discard(first)
    assert rows(feed) == [[second], [third]] and first.row is None
    feed.audience.discard(third)
    feed.audience.discard(second)
    assert not feed.audience and len(feed.audience) == 0


def test_who_was_sent_more_takes_no_seat_among_those_who_were_not(feed):
    first, second, third = [come(feed) for _ in range(3)]
    first.row.cursor = LATER
    assert (second.cursor, third.cursor) == (LATER, HERE)
    fourth = come(feed, LATER)
    assert rows(feed) == [[first, second], [third], [fourth]]


def test_a_reader_removed_from_its_row_keeps_its_place_and_moves_by_itself(feed):
    first, second = come(feed), come(feed)
    first.row.cursor = LATER
    feed.audience.remove_from_row(first)
    assert first.cursor == LATER and rows(feed) == [[second]]
    second.row.cursor = HERE
    assert first.cursor == LATER
    feed.audience.remove_from_row(first)  # again, which is nothing new
    assert feed.audience.single == {first}


def test_one_who_is_given_another_place_leaves_the_row(feed):
    first, second = come(feed), come(feed)
    second.place(None, "fork")
    assert rows(feed) == [[first]] and second.reason == "fork" and second.cursor is None


def test_nobody_is_always_the_last(feed):
    assert feed.audience.rows_in_turn() == feed.audience.single_in_turn() == []
    for _ in range(6):
        come(feed)
        come(feed, seated=False)
    for in_turn, everybody in (
        (feed.audience.rows_in_turn, set(feed.audience.rows)),
        (feed.audience.single_in_turn, feed.audience.single),
    ):
        orders = {tuple(in_turn()) for _ in range(200)}
        assert {order[-1] for order in orders} == everybody
        assert all(set(order) == everybody for order in orders)


def test_a_row_that_is_dissolved_lets_all_go_on_by_themselves(feed):
    everybody = [come(feed) for _ in range(3)]
    feed.audience.dissolve(everybody[0].row)
    assert rows(feed) == [[everybody[2]]]
    assert feed.audience.single == set(everybody[:2])
    assert [each.cursor for each in everybody] == [HERE] * 3


def test_a_row_with_most_seats_free_is_sparse_unless_it_is_the_last(feed, monkeypatch):
    monkeypatch.setattr(row, "ROW", 4)
    everybody = [come(feed) for _ in range(9)]
    for subscription in everybody[:3]:
        feed.audience.remove_from_row(subscription)
    assert [len(each) for each in feed.audience.rows] == [1, 4, 1]
    assert [feed.audience.is_sparse(each) for each in feed.audience.rows] == [True, False, False]


def test_whoever_ends_or_fills_up_steps_out_of_the_rows(feed):
    first, second = come(feed), come(feed)
    for each in (first, second):
        each.connection.subscriptions = (each,)
    first.connection.leave_rows()
    assert rows(feed) == [[second]]
    second.connection.close(too_slow())
    assert rows(feed) == [] and feed.audience.single == {first, second}


def test_there_is_somebody_whether_in_a_row_or_not(feed):
    assert not feed.audience
    single = come(feed, seated=False)
    assert feed.audience
    feed.audience.seat(single, id(single))
    assert feed.audience and not feed.audience.single
    feed.audience.discard(single)
    assert not feed.audience


def test_a_row_that_all_have_left_meanwhile_may_be_dissolved(feed):
    subscription = come(feed)
    row = subscription.row
    feed.audience.remove_from_row(subscription)
    feed.audience.dissolve(row)
    assert rows(feed) == [] and feed.audience.single == {subscription}


def test_the_heartbeats_of_a_row_are_due_with_those_of_its_first_reader(feed):
    first, second = come(feed, seated=False), come(feed, seated=False)
    first.connection.slot, second.connection.slot = 7, 9
    for each in (first, second):
        feed.audience.seat(each, id(each))
    assert first.row is second.row and first.row.slot == 7
