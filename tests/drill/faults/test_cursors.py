"""Each wrong cursor is wrong in exactly one way, and the oracle must have read what was trimmed."""

from dataclasses import replace

import pytest

from stoppress.drill.faults.cursors import _ahead, _forked, _unreadable, require_all_read
from stoppress.drill.outcome import DidNotStrike
from stoppress.live.protocol.cursor import parse_cursor
from tests.drill.doctored import cursor, log

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


def test_events_that_were_trimmed_between_two_reads_make_the_run_prove_nothing():
    whole = log(9)
    reads = [{"news": log(4)}, {"news": replace(whole, floor=cursor(4), events=whole.events[4:])}]
    require_all_read(reads)
    reads[1]["news"] = replace(whole, floor=cursor(5), events=whole.events[5:])
    with pytest.raises(DidNotStrike, match="before the oracle had read them"):
        require_all_read(reads)
