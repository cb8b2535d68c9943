import json

import pytest

from stoppress.live.client.wire import Ended, NotAFrame, frame_of, retry_after


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
    ],
)
def test_retry_after_is_read_as_seconds(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_is_read_as_a_date():
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT") > 1e6


@pytest.mark.parametrize("message", ["", "{", "[]", "3", '"frame"', b"\xff"])
def test_what_is_no_frame_is_refused(message):
    with pytest.raises(NotAFrame):
        frame_of(message, json.loads)


def test_an_end_says_what_happened():
    assert str(Ended(1012, "restart")) == "closed with 1012 restart"
    assert str(Ended(503, "draining", 3.0)) == "answered 503 draining"
