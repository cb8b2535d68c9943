"""A cursor that is spoiled is wrong in the one way that it is to be."""

from stoppress.drill.faults.cursors import _ahead, _forked, _unreadable
from stoppress.live.protocol.cursor import parse_cursor
from tests.drill.doctored import cursor

HEAD = cursor(7)


def test_one_of_another_life_differs_in_its_link_alone():
    right, wrong = parse_cursor(HEAD), parse_cursor(_forked(HEAD))
    assert right and wrong and wrong.position == right.position and wrong.link != right.link


def test_a_link_that_is_the_same_backwards_is_spoiled_too():
    assert _forked(f"7-{'ab' * 4}{'ba' * 4}") == f"7-{'0' * 16}"


def test_one_of_the_future_can_be_read_and_is_beyond_all_that_a_drill_writes():
    ahead = parse_cursor(_ahead(HEAD))
    assert ahead and ahead.position > 100_000


def test_what_cannot_be_read_is_no_cursor():
    assert parse_cursor(_unreadable(HEAD)) is None
