from stoppress.live.client.rule import judge_event, judge_heartbeat
from stoppress.live.protocol.cursor import Cursor


def at(position, link="a"):
    return Cursor(position, link * 16)


def test_what_comes_after_mine_is_applied():
    assert judge_event(at(5), at(5), at(6)) == "apply"


def test_what_i_have_is_dropped():
    assert judge_event(at(5), at(4), at(5)) == "drop"
    assert judge_event(at(5), at(2), at(3)) == "drop"


def test_a_lost_event_and_another_history_make_me_ask():
    assert judge_event(at(5), at(6), at(7)) == "ask"
    assert judge_event(at(5), at(5, "b"), at(6)) == "ask"
    assert judge_event(at(5), at(4), at(5, "b")) == "ask"


def test_a_heartbeat_that_is_not_mine_makes_me_ask():
    assert judge_heartbeat(at(5), at(5)) == "drop"
    assert judge_heartbeat(at(5), at(6)) == "ask"
    assert judge_heartbeat(at(5), at(5, "b")) == "ask"
