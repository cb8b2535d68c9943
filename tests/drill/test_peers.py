from stoppress.drill.judge import judge
from stoppress.drill.peers import history_of, up_to
from stoppress.live.client.state import StreamState

from .doctored import cursor, event, log, record, snapshot

LOG = log(10)


def fresh(position):
    state = StreamState()
    state.replace(snapshot(LOG, position))
    return state


def readers():
    first = record(snapshot(LOG, 2), *(event(LOG, n) for n in range(3, 11)))
    later = record(snapshot(LOG, 6), *(event(LOG, n) for n in range(7, 11)))
    return [first, later]


def test_readers_who_agree_are_right():
    assert judge(readers(), {"news": history_of("news", readers(), fresh(10))}).clean


def test_a_reader_that_lacks_an_event_of_another_is_found():
    told = readers()
    del told[1].applied[2]
    assert judge(told, {"news": history_of("news", told, fresh(10))}).missing == 1


def test_frames_after_a_cursor_are_left_out():
    cut = [up_to(reader, cursor(8)) for reader in readers()]
    assert {reader.applied[-1].frame["cursor"] for reader in cut} == {cursor(8)}
    assert judge(cut, {"news": history_of("news", cut, fresh(8))}).clean


def withdrawing():
    """Return a reader of every event, and one that polled after event 9 withdrew the text of 5."""
    retraction = {**event(LOG, 9), "op": "remove", "key": "article:5", "item": {"version": 2}}
    tombstone = {**event(LOG, 5), "op": "remove", "redacted": True}
    tombstone["item"] = {"key": "article:5", "version": 1}
    rest = [*(event(LOG, n) for n in range(6, 9)), retraction]
    at_once = record(snapshot(LOG, 2), *(event(LOG, n) for n in (3, 4, 5)), *rest)
    polled = record(snapshot(LOG, 2), *(event(LOG, n) for n in (3, 4)), tombstone, *rest)
    return [at_once, polled]


def test_a_text_that_was_withdrawn_after_the_cursor_may_be_left_out():
    cut = [up_to(reader, cursor(8)) for reader in withdrawing()]
    assert judge(cut, {"news": history_of("news", cut, fresh(8))}).clean
    assert judge(cut, {"news": log(8)}).clean  # as the oracle read it before the retraction


def test_a_text_that_no_later_event_withdraws_must_not_be_left_out():
    cut = [up_to(reader, cursor(8)) for reader in withdrawing()]
    for reader in cut:
        reader.later = frozenset()
    assert judge(cut, {"news": history_of("news", cut, fresh(8))}).wrong == 1
    assert judge(cut, {"news": log(8)}).wrong == 2
