import json

import pytest

from stoppress.live.client.wire import Ended, NotAFrame, frame_of, retry_after, seconds_told


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("3", 3.0),
        ("0", 0.0),
        (" 12 ", 12.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("Mon, 01 Jan 2024 00:00:00 +" + "9" * 30, None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_is_read_as_a_date():
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT") > 1e6


@pytest.mark.parametrize(
    ("said", "seconds"), [(25, 25.0), (0.5, 0.5), (301, 300.0), (1e400, 300.0)]
)
def test_a_server_names_five_minutes_at_most(said, seconds):
    assert seconds_told(said) == seconds


@pytest.mark.parametrize("said", [None, "5", -1, float("nan")])
def test_an_invalid_number_of_seconds_is_refused(said):
    with pytest.raises(NotAFrame):
        seconds_told(said)


@pytest.mark.parametrize("message", ["", "{", "[]", "3", '"frame"', b"\xff"])
def test_an_invalid_frame_is_refused(message):
    with pytest.raises(NotAFrame):
        frame_of(message, json.loads)


def test_an_end_has_its_reason_as_text():
    assert str(Ended(1012, "restart")) == "closed with 1012 restart"
    assert str(Ended(503, "draining", 3.0)) == "answered 503 draining"
