"""Each refusal has its close code (docs/protocol.md), HTTP status, reason and wait."""

import pytest

from stoppress.live.protocol import refusals


@pytest.mark.parametrize(
    ("name", "arguments", "code", "status", "reason", "wait"),
    [
        ("malformed", ("no name",), 4400, 400, "no name", None),
        ("not_signed_in", ("a",), 4401, 401, "sign in to read a", None),
        ("not_allowed", ("a",), 4403, 403, "you may not read a", None),
        ("no_such_stream", ("a",), 4404, 404, "there is no stream a", None),
        ("other_protocol", ("x.v1",), 4409, 400, "this server speaks x.v1", None),
        ("restarting", (30.0,), 1012, 503, "restart, come back within 30 s", 30.0),
        ("overloaded", (), 4008, 503, "overloaded: this server is full", 10),
        ("overloaded", (3,), 4008, 503, "overloaded: this server is full", 3),
        (
            "too_many",
            (2.5,),
            4429,
            429,
            "too many connections from your address; come back in 2.5 s",
            2.5,
        ),
        (
            "too_hasty",
            (2.0,),
            4429,
            429,
            "too many new connections from your address; come back in 2 s",
            2.0,
        ),
        (
            "too_much_replayed",
            (2.0,),
            4429,
            429,
            "too much was replayed to your address; come back in 2 s",
            2.0,
        ),
        ("too_slow", (), 4002, 503, "too slow", None),
        ("too_big", (), 1009, 413, "messages are text of at most 4096 bytes", None),
        ("cannot_be_read", (), 1011, 503, "the stream cannot be read now", 5),
    ],
)
def test_each_refusal_has_its_code_status_reason_and_wait(
    name, arguments, code, status, reason, wait
):
    refusal = getattr(refusals, name)(*arguments)
    assert (refusal.code, refusal.status, refusal.reason, refusal.wait) == (
        code,
        status,
        reason,
        wait,
    )
