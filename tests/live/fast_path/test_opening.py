import base64

import pytest

from stoppress.live.fast_path import opening

HEADERS = [
    (b"host", b"here"),
    (b"upgrade", b"websocket"),
    (b"connection", b"keep-alive, Upgrade"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"sec-websocket-version", b"13"),
]


def without(name, *others):
    return [header for header in HEADERS if header[0] != name] + list(others)


def test_the_key_equals_the_standards_example():
    # RFC 6455, section 1.3.
    assert opening.key_among(HEADERS) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (without(b"upgrade"), b"426"),
        (without(b"connection", (b"connection", b"close")), b"426"),
        (without(b"sec-websocket-key"), b"400"),
        (without(b"sec-websocket-key", (b"sec-websocket-key", b"short")), b"400"),
        (
            without(b"sec-websocket-key", (b"sec-websocket-key", b"bm90IHNpeHRlZW4gYnl0ZXM=")),
            b"400",
        ),
        (
            without(b"sec-websocket-key", (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=\xe9")),
            b"400",
        ),
        ([*HEADERS, (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ==")], b"400"),
        ([*HEADERS, (b"sec-websocket-version", b"13")], b"400"),
        (without(b"sec-websocket-version", (b"sec-websocket-version", b"8")), b"400"),
    ],
)
def test_an_invalid_handshake_is_refused_with_a_message(headers, status):
    # Also after one like it that was good, and after itself.
    opening.key_among(HEADERS)
    for _ in range(2):
        with pytest.raises(opening.Refused) as refused:
            opening.key_among(headers)
    assert refused.value.answer.startswith(b"HTTP/1.1 " + status)
    assert b"\r\n\r\nFailed to open a WebSocket connection" in refused.value.answer


@pytest.mark.parametrize("number", range(20))
def test_each_key_is_answered_as_the_library_answers_it(number):
    key = base64.b64encode(bytes([number * 13 % 256]) * 16)
    headers = without(b"sec-websocket-key", (b"sec-websocket-key", key))
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    request = opening.read(b"GET / HTTP/1.1\r\n" + lines + b"\r\n")
    assert opening.key_among(headers) == opening.key_of(request)


def test_an_unusual_key_is_left_to_the_library():
    padded = without(b"sec-websocket-key", (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZR=="))
    assert opening.key_among(padded)


def test_headers_as_bytes_are_read_too():
    lines = b"".join(b"%b: %b\r\n" % header for header in HEADERS)
    assert opening.key_of(opening.read(b"GET / HTTP/1.1\r\n" + lines + b"\r\n"))
    with pytest.raises(opening.Refused) as refused:
        opening.read(b"rubbish\r\n\r\n")
    assert refused.value.answer == b""  # there is nobody who would understand one


def test_the_answer_names_the_chosen_subprotocol():
    assert b"Protocol" not in opening.accepted("key", None).partition(b"Accept")[2]
    assert opening.accepted("key", "stoppress.v1").endswith(
        b"Sec-WebSocket-Accept: key\r\nSec-WebSocket-Protocol: stoppress.v1\r\n\r\n"
    )


def test_subprotocols_are_read_from_every_header():
    offered = [(b"sec-websocket-protocol", b"one, two"), (b"sec-websocket-protocol", b"three")]
    assert opening.subprotocols([*HEADERS, *offered]) == ["one", "two", "three"]
