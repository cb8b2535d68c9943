import json

import pytest

from stoppress.live.protocol.applied import read_applied


def said(**message):
    return read_applied(json.dumps({"type": "applied"} | message))


def told(cursor, delay=0):
    return said(cursors={"board": cursor}, delay_ms=delay)


def test_a_malformed_answer_is_ignored():
    assert said(type="else", cursors={}) is None
    assert said(cursors=["news"]) is None
    assert told("rubbish").cursors == {}
    assert told(7).cursors == {}


@pytest.mark.parametrize("message", ["", "[]", "7", "{", "[" * 2000])
def test_an_answer_that_is_no_object_is_an_error(message):
    with pytest.raises(ValueError, match="Expecting|object|nested"):
        read_applied(message)


@pytest.mark.parametrize("delay", [-1, float("nan"), float("inf"), 10**400, "soon", None, 1e9])
def test_an_invalid_delay_is_not_counted(delay):
    assert told("0-0123456789abcdef", delay).delay_ms == 0
