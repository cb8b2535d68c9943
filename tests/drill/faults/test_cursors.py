"""Each wrong cursor is wrong in exactly one way."""

from stoppress.drill.faults.cursors import _ahead, _forked, _unreadable
from stoppress.live.protocol.cursor import parse_cursor
from tests.drill.doctored import cursor

HEAD = cursor(7)


def test_a_cursor_of_another_history_differs_only_in_its_link():
    right, wrong = parse_cursor(HEAD), parse_cursor(_forked(HEAD))
    assert right and wrong and wrong.position == right.position and wrong.link != right.link


def test_a_link_that_is_a_palindrome_is_changed_too():
    assert _forked(f"7-{'ab' * 4}{'ba' * 4}") == f"7-{'0' * 16}"


def test_a_cursor_of_the_future_is_readable_and_beyond_everything_that_a_drill_writes():
    ahead = parse_cursor(_ahead(HEAD))
    assert ahead and ahead.position > 100_000


def test_an_unreadable_cursor_cannot_be_parsed():
    assert parse_cursor(_unreadable(HEAD)) is None
