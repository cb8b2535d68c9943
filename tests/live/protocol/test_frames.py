import json
import time
from datetime import UTC, datetime, timedelta, timezone

from stoppress.live.protocol import frames
from stoppress.live.protocol.cursor import Cursor

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
BEFORE, AFTER = Cursor(1, "a" * 16), Cursor(2, "b" * 16)


def event(**more):
    told = {
        "op": "put",
        "event": "article.published",
        "key": "article:1",
        "version": 3,
        "time": NOON,
        "item": '{"key":"article:1","headline":"Ü"}',
        "redacts": False,
        "redacted": False,
    } | more
    return frames.event_frame("news", BEFORE, AFTER, **told)


def test_times_are_utc_with_milliseconds(monkeypatch):
    assert frames.wire_time(NOON) == "2026-11-22T12:00:00.123Z"
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert frames.wire_time(east) == "2026-11-22T12:00:00.123Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_frame_knows_its_position_and_the_key_it_withdraws():
    frame = event(redacts=True)
    assert (frame.after, frame.cursor, frame.key, frame.version, frame.redacts) == (
        BEFORE,
        AFTER,
        "article:1",
        3,
        True,
    )
    assert not event().redacts


def test_an_event_carries_its_item_as_it_was_logged():
    assert event().data.decode() == (
        '{"type":"event","stream":"news","after":"1-aaaaaaaaaaaaaaaa",'
        '"cursor":"2-bbbbbbbbbbbbbbbb","op":"put","event":"article.published",'
        '"key":"article:1","time":"2026-11-22T12:00:00.123Z",'
        '"item":{"key":"article:1","headline":"Ü"}}'
    )


def test_a_removal_has_key_and_version_only():
    told = json.loads(event(op="remove", event="article.retracted", redacts=True, item="").data)
    assert (told["op"], told["redacts"]) == ("remove", True)
    assert told["item"] == {"key": "article:1", "version": 3}
    assert json.loads(event(op="remove", version=None, item="").data)["item"] == {
        "key": "article:1"
    }


def test_a_withdrawn_text_is_sent_as_a_removal_and_blanked_alike_in_memory():
    of_the_log = event(redacted=True, item="")
    of_memory = frames.blank(event())
    assert json.loads(of_the_log.data) == json.loads(of_memory.data)
    told = json.loads(of_memory.data)
    assert (told["op"], told["redacted"]) == ("remove", True)
    assert "redacted" not in json.loads(event().data)


def test_a_removal_is_not_blanked():
    removal = event(op="remove", item="")
    assert frames.blank(removal) is removal


def test_facts_of_a_removal_and_a_put_without_any_are_withdrawn_alike():
    for withdrawn in (event(op="remove"), event(item='{"key":"article:1","version":3}')):
        told = json.loads(frames.blank(withdrawn).data)
        assert (told["op"], told["redacted"]) == ("remove", True)
        assert told["item"] == {"key": "article:1", "version": 3}


def test_a_frame_says_whether_its_item_has_a_view():
    viewed, text = '{"key":"a","view":["p","words"]}', '{"key":"a","text":"\\"view\\":["}'
    put, quoting, removal = event(item=viewed), event(item=text), event(op="remove", item="")
    told = [frames.has_view(frame.data) for frame in (put, quoting, removal)]
    assert told == [True, False, False]
    told = [frames.puts_without_view(frame.data) for frame in (put, quoting, removal)]
    assert told == [False, True, False]


def test_a_hello_has_the_millisecond_and_is_shared_within_it():
    now = int(NOON.timestamp() * 1000)
    first = frames.hello_frame(25, "1", now)
    assert frames.hello_frame(25, "1", now) is first
    later = [frames.hello_frame(25, "1", now + 1), frames.hello_frame(10, "2", now + 1)]
    times = [json.loads(hello)["time"] for hello in [first, *later]]
    assert [time[-5:] for time in times] == [".123Z", ".124Z", ".124Z"]
    assert json.loads(later[1]).items() >= {"heartbeat": 10, "build": "2"}.items()


def test_the_other_frames_follow_the_protocol():
    shown = [
        frames.hello_frame(25, "0.1.0", int(NOON.timestamp() * 1000)),
        frames.snapshot_frame("news", AFTER, "start", 30, None, []),
        frames.live_frame("news", AFTER),
        frames.heartbeat_frame({"news": AFTER}, NOON),
        frames.goodbye_frame("restart", 30),
    ]
    assert [json.loads(frame) for frame in shown] == [
        {
            "type": "hello",
            "protocol": "stoppress.v1",
            "heartbeat": 25,
            "build": "0.1.0",
            "time": "2026-11-22T12:00:00.123Z",
        },
        {
            "type": "snapshot",
            "stream": "news",
            "cursor": "2-bbbbbbbbbbbbbbbb",
            "reason": "start",
            "limit": 30,
            "floor": None,
            "items": [],
        },
        {"type": "live", "stream": "news", "cursor": "2-bbbbbbbbbbbbbbbb"},
        {
            "type": "heartbeat",
            "time": "2026-11-22T12:00:00.123Z",
            "cursors": {"news": "2-bbbbbbbbbbbbbbbb"},
        },
        {"type": "goodbye", "reason": "restart", "within": 30},
    ]
