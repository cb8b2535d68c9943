"""The judge of a drill finds every kind of difference between a reader's record and the log."""

import math
from dataclasses import replace

from stoppress.drill.judge import judge, last_event_at

from .doctored import cursor, event, log, record, snapshot

LOG = log(10)
RIGHT = [snapshot(LOG, 2), *(event(LOG, n) for n in range(3, 11))]


def findings(*frames, now=LOG, before=(), resets=(), asked=None):
    told = record(*frames, asked=asked)
    return judge([told], {"news": now}, before=[{"news": old} for old in before], resets=resets)


def test_a_reader_who_applied_every_event_once_is_right():
    found = findings(*RIGHT)
    assert found.clean and found.applied == 9 and not found.words


def test_a_reader_who_resumed_from_a_cursor_is_right():
    assert findings(*RIGHT[1:], asked=cursor(2)).clean


def test_an_event_that_was_left_out_is_missing():
    found = findings(*RIGHT[:4], *RIGHT[5:])
    assert (found.missing, found.twice, found.out_of_order) == (1, 0, 0)


def test_three_events_that_were_left_out_are_missing():
    assert findings(*RIGHT[:3], *RIGHT[6:]).missing == 3


def test_an_event_missing_at_the_end_is_counted():
    assert findings(*RIGHT[:-2]).missing == 2


def test_a_reader_who_never_got_anything_misses_everything():
    assert findings().missing == 10
    assert not findings().clean


def test_an_event_that_was_applied_twice_is_found():
    found = findings(*RIGHT[:5], RIGHT[4], *RIGHT[5:])
    assert found.twice == 1 and not found.clean


def test_two_events_that_changed_places_are_out_of_order():
    found = findings(*RIGHT[:4], RIGHT[5], RIGHT[4], *RIGHT[6:])
    assert found.out_of_order == 1 and not found.clean


def test_an_event_that_differs_from_the_log_is_wrong():
    wrong_after = {**RIGHT[5], "item": {**RIGHT[5]["item"], "headline": "Not so"}}
    assert findings(*RIGHT[:5], wrong_after, *RIGHT[6:]).wrong >= 1
    removed = {**RIGHT[5], "op": "remove"}
    assert findings(*RIGHT[:5], removed, *RIGHT[6:]).wrong >= 1


def test_an_event_that_is_in_no_log_is_wrong():
    stranger = {**RIGHT[-1], "cursor": cursor(10, "z")}
    assert findings(*RIGHT[:-1], stranger).wrong == 1


def test_a_state_that_differs_from_the_streams_is_wrong():
    stale = {**RIGHT[0], "items": RIGHT[0]["items"][:-1]}
    found = findings(stale, *RIGHT[1:])
    assert found.wrong == 1 and "the reader's state" in found.words[0]


def test_the_events_that_an_unexpected_snapshot_skips_count_as_missing():
    frames = [*RIGHT[:3], snapshot(LOG, 8, "behind"), *RIGHT[7:]]
    found = findings(*frames)
    assert found.missing == 3 and found.resets == {"behind": 1}
    assert findings(*frames, resets={"behind"}).clean


def test_a_snapshot_after_a_fork_is_right_and_a_joined_history_is_wrong():
    old, new = log(6), log(10, branch="b", common=4)
    before = [snapshot(old, 2), *(event(old, n) for n in range(3, 7))]
    after = [snapshot(new, 7, "fork"), *(event(new, n) for n in range(8, 11))]
    assert findings(*before, *after, now=new, before=[old], resets={"fork"}).clean
    joined = [*before, *(event(new, n) for n in range(7, 11))]
    assert not findings(*joined, now=new, before=[old], resets={"fork"}).clean
    # Also if the frame has a wrong `after`.
    wrong_after = {**event(new, 7), "after": cursor(6)}
    joined = [*before, wrong_after, *(event(new, n) for n in range(8, 11))]
    found = findings(*joined, now=new, before=[old], resets={"fork"})
    assert found.wrong == 1 and "two histories are joined" in found.words[0]


def test_a_withdrawn_text_matches_its_tombstone():
    rows = [
        replace(row, redacted=True, item="") if row.cursor == cursor(5) else row
        for row in LOG.events
    ]
    items = [item for item in LOG.items if item["key"] != "article:5"]
    now = replace(LOG, events=rows, items=items)
    bare = {"key": "article:5", "version": 1}
    tombstone = {**event(LOG, 5), "op": "remove", "redacted": True, "item": bare}
    assert findings(*RIGHT[:3], tombstone, *RIGHT[4:], now=now).clean
    # The log has no withdrawn text there: a tombstone would hide one.
    assert not findings(*RIGHT[:3], tombstone, *RIGHT[4:]).clean


def test_items_below_a_readers_floor_are_not_compared():
    long = log(40)
    frames = [snapshot(long, 35), *(event(long, n) for n in range(36, 41))]
    assert findings(*frames, now=long).clean


def test_many_readers_are_counted_each():
    wrong = record(*RIGHT[:4], *RIGHT[5:])
    found = judge([record(*RIGHT), wrong, wrong], {"news": LOG})
    assert found.readers == 3 and found.missing == 2


def test_the_last_reader_decides_when_all_were_equal():
    heads = {"news": cursor(10)}
    assert last_event_at([record(*RIGHT)], heads) == 8.0
    assert last_event_at([record(*RIGHT), record(*RIGHT[:-1])], heads) == math.inf
