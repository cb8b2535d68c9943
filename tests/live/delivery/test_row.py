import socket

import pytest

from stoppress.live.delivery.beat import Beat
from stoppress.live.delivery.row import ROW, Row
from stoppress.live.protocol.cursor import Cursor

from .test_audience import HERE, LATER, BareStream, come


@pytest.fixture
def lines():
    pairs = [socket.socketpair() for _ in range(3)]
    for pair in pairs:
        for end in pair:
            end.setblocking(False)
    yield pairs
    for pair in pairs:
        for end in pair:
            end.close()


@pytest.fixture
def readers(lines):
    stream, row = BareStream(), Row(HERE, 0)
    found = [come(stream, seated=False) for _ in lines]
    for subscription, (near, _) in zip(found, lines, strict=True):
        row.seat(subscription, near.fileno())
    return row, found


def test_all_readers_of_a_row_get_the_bytes_and_move_together(readers, lines):
    row, found = readers
    row.cursor = LATER
    assert row.send(b"news") == []
    assert [far.recv(9) for _, far in lines] == [b"news"] * 3
    assert {each.cursor for each in found} == {LATER}


def test_a_reader_whose_socket_is_full_is_returned_with_the_unsent_bytes(readers, lines):
    row, found = readers
    full = lines[1][0]
    with pytest.raises(BlockingIOError):
        while True:
            full.send(bytes(100_000))
    assert row.send(b"news") == [(found[1], b"news")]
    assert [lines[place][1].recv(9) for place in (0, 2)] == [b"news"] * 2


def test_a_removed_reader_keeps_its_cursor_and_gets_nothing_more(readers, lines):
    row, found = readers
    row.cursor = LATER
    row.unseat(found[0])
    assert found[0].row is None and found[0].cursor == LATER
    row.cursor = Cursor(3, "2" * 16)
    assert row.send(b"news") == [] and found[0].cursor == LATER
    assert [lines[place][1].recv(9) for place in (1, 2)] == [b"news"] * 2
    with pytest.raises(BlockingIOError):
        lines[0][1].recv(9)


def test_a_row_is_full_with_its_last_seat_and_sparse_below_half(readers):
    row, found = readers
    assert row.sparse and not row.full
    while len(row) < ROW:
        row.seat(found[0], 0)
    assert row.full and not row.sparse


def test_a_row_with_exactly_half_of_its_seats_taken_is_not_sparse(readers):
    row, found = readers
    while len(row) < ROW // 2:
        assert row.sparse
        row.seat(found[0], 0)
    assert not row.sparse


def test_a_row_knows_its_last_heartbeats_and_those_after_a_count():
    row = Row(HERE, 5)
    assert (row.slot, row.count, row.beats_since(0)) == (5, 0, ())
    first, second, third = (Beat(at, {"board": HERE}) for at in (1.0, 2.0, 3.0))
    row.beat(first)
    assert row.beats_since(0) == (first,) and row.beats_since(1) == ()
    row.beat(second)
    row.beat(third)
    assert row.count == 3
    assert [row.beats_since(count) for count in range(4)] == [
        (second, third),
        (second, third),
        (third,),
        (),
    ]


def test_a_newly_seated_reader_has_none_of_the_earlier_heartbeats():
    stream, row = BareStream(), Row(HERE, 0)
    first, second = come(stream, seated=False), come(stream, seated=False)
    row.seat(first, 1)
    row.beat(Beat(1.0, {"board": HERE}))
    row.seat(second, 2)
    assert (first.seated, second.seated) == (0, 1)
    assert list(row) == [first, second] and first.row is second.row is row


def test_a_common_heartbeat_is_possible_while_each_reader_has_one_stream():
    stream, row = BareStream(), Row(HERE, 0)
    assert row.sole
    one, other, both = (come(stream, seated=False) for _ in range(3))
    one.connection.subscriptions = (one,)
    row.seat(one, 1)
    assert row.sole
    both.connection.subscriptions = (both, come(stream, seated=False))
    row.seat(both, 2)
    assert not row.sole
    other.connection.subscriptions = (other,)
    row.seat(other, 3)
    assert not row.sole, "one that it does not fit is among them still"


def test_a_removed_reader_keeps_its_heartbeats():
    stream, row = BareStream(), Row(HERE, 0)
    subscription = come(stream, seated=False)
    row.beat(Beat(1.0, {"board": HERE}))
    row.seat(subscription, 1)
    last = Beat(2.0, {"board": HERE})
    row.beat(last)
    row.unseat(subscription)
    assert subscription.connection.last_beats() == (last,)
    assert subscription.connection.count_beats() == 1
    assert list(row) == [] and subscription.row is None and subscription.cursor == HERE
