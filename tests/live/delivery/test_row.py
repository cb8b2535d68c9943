import socket

import pytest

from stoppress.live.delivery.row import ROW, Row
from stoppress.live.protocol.cursor import Cursor

from .test_audience import HERE, LATER, Feed, come


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
    feed, row = Feed(), Row(HERE)
    found = [come(feed, seated=False) for _ in lines]
    for subscription, (near, _) in zip(found, lines, strict=True):
        row.seat(subscription, near.fileno())
    return row, found


def test_all_of_a_row_are_sent_the_bytes_and_move_on_as_one(readers, lines):
    row, found = readers
    row.cursor = LATER
    assert row.send(b"news") == []
    assert [far.recv(9) for _, far in lines] == [b"news"] * 3
    assert {each.cursor for each in found} == {LATER}


def test_one_whose_socket_is_full_is_named_with_what_is_left(readers, lines):
    row, found = readers
    full = lines[1][0]
    with pytest.raises(BlockingIOError):
        while True:
            full.send(bytes(100_000))
    assert row.send(b"news") == [(found[1], b"news")]
    assert [lines[place][1].recv(9) for place in (0, 2)] == [b"news"] * 2


def test_one_who_is_let_go_keeps_the_cursor_and_is_sent_nothing_more(readers, lines):
    row, found = readers
    row.cursor = LATER
    row.unseat(found[0])
    assert found[0].row is None and found[0].cursor == LATER
    row.cursor = Cursor(3, "2" * 16)
    assert row.send(b"news") == [] and found[0].cursor == LATER
    assert [lines[place][1].recv(9) for place in (1, 2)] == [b"news"] * 2
    with pytest.raises(BlockingIOError):
        lines[0][1].recv(9)


def test_it_is_full_with_its_last_seat_and_sparse_with_less_than_half(readers):
    row, found = readers
    assert row.sparse and not row.full
    while len(row) < ROW:
        row.seat(found[0], 0)
    assert row.full and not row.sparse
