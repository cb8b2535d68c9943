from stoppress.live.client.rule import judge_event, judge_heartbeat
from stoppress.live.protocol.cursor import Cursor


def at(position, link="a"):
    return Cursor(position, link * 16)


def test_the_event_after_my_cursor_is_applied():
    assert judge_event(at(5), at(5), at(6)) == "apply"


def test_an_event_at_or_before_my_cursor_is_dropped():
    assert judge_event(at(5), at(4), at(5)) == "drop"
    assert judge_event(at(5), at(2), at(3)) == "drop"


def test_a_gap_or_another_history_makes_me_resubscribe():
    assert judge_event(at(5), at(6), at(7)) == "ask"
    assert judge_event(at(5), at(5, "b"), at(6)) == "ask"
    assert judge_event(at(5), at(4), at(5, "b")) == "ask"


def test_a_heartbeat_at_another_cursor_makes_me_resubscribe():
    assert judge_heartbeat(at(5), at(5)) == "drop"
    assert judge_heartbeat(at(5), at(6)) == "ask"
    assert judge_heartbeat(at(5), at(5, "b")) == "ask"
