import json
from datetime import UTC, datetime, timedelta

from stoppress.live.client.heartbeat_answers import HeartbeatAnswers
from stoppress.live.protocol.frames import wire_time


def at(seconds):
    return wire_time(datetime.now(UTC) + timedelta(seconds=seconds))


def heartbeat(cursor="7-aa", seconds=0.0):
    return {"type": "heartbeat", "time": at(seconds), "cursors": {"news": cursor}}


def event(seconds):
    return {"type": "event", "stream": "news", "time": at(seconds)}


def told(answer):
    return json.loads(answer)


def test_a_heartbeat_is_answered_with_the_applied_cursors():
    answers = HeartbeatAnswers()
    assert answers.answer_to({"type": "hello", "time": at(0)}) is None
    assert told(answers.answer_to(heartbeat())) == {"type": "applied", "cursors": {"news": "7-aa"}}


def test_the_worst_delay_since_the_last_answer_is_reported_once():
    answers = HeartbeatAnswers()
    answers.answer_to({"type": "hello", "time": at(0)})
    answers.answer_to({"type": "live", "stream": "news"})
    assert answers.answer_to(event(-0.2)) is None
    answers.answer_to(event(-3))
    answers.answer_to(event(-0.1))
    assert 2900 <= told(answers.answer_to(heartbeat()))["delay_ms"] <= 4000
    assert "delay_ms" not in told(answers.answer_to(heartbeat()))


def test_the_servers_clock_counts_not_the_clients():
    answers = HeartbeatAnswers()
    answers.answer_to({"type": "hello", "time": at(3600)})
    answers.answer_to({"type": "live", "stream": "news"})
    answers.answer_to(event(3600))
    assert told(answers.answer_to(heartbeat(seconds=3600)))["delay_ms"] < 1000


def test_replayed_events_do_not_count_as_late():
    answers = HeartbeatAnswers()
    answers.answer_to({"type": "hello", "time": at(0)})
    answers.answer_to(event(-3600))
    assert "delay_ms" not in told(answers.answer_to(heartbeat()))


def test_an_answer_too_large_for_a_message_is_sent_in_part():
    cursors = {f"s{n:02}" + "x" * 61: f"{2**53}-5be0cd19137e21fa" for n in range(64)}
    answer = HeartbeatAnswers().answer_to(heartbeat() | {"cursors": cursors})
    assert 3500 < len(answer) <= 4096
    assert told(answer)["cursors"].items() < cursors.items()
