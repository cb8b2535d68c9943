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


def test_the_key_is_that_of_the_standards_own_example():
    # RFC 6455, section 1.3.
    request = opening.request_of(b"/chat?a=b", HEADERS)
    assert request.path == "/chat?a=b"
    assert opening.key_of(request) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (without(b"upgrade"), b"426"),
        (without(b"connection", (b"connection", b"close")), b"426"),
        (without(b"sec-websocket-key"), b"400"),
        (without(b"sec-websocket-key", (b"sec-websocket-key", b"short")), b"400"),
        ([*HEADERS, (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ==")], b"400"),
        (without(b"sec-websocket-version", (b"sec-websocket-version", b"8")), b"400"),
    ],
)
def test_what_opens_no_websocket_is_refused_in_words(headers, status):
    with pytest.raises(opening.Refused) as refused:
        opening.key_of(opening.request_of(b"/", headers))
    assert refused.value.answer.startswith(b"HTTP/1.1 " + status)
    assert b"\r\n\r\nFailed to open a WebSocket connection" in refused.value.answer


def test_one_refusal_leaves_nothing_to_the_next():
    for headers in (without(b"upgrade"), HEADERS, without(b"upgrade"), HEADERS):
        request = opening.request_of(b"/", headers)
        if headers is HEADERS:
            assert opening.key_of(request)
        else:
            with pytest.raises(opening.Refused):
                opening.key_of(request)


def test_bytes_are_read_as_well():
    lines = b"".join(b"%b: %b\r\n" % header for header in HEADERS)
    assert opening.key_of(opening.read(b"GET / HTTP/1.1\r\n" + lines + b"\r\n"))
    with pytest.raises(opening.Refused) as refused:
        opening.read(b"rubbish\r\n\r\n")
    assert refused.value.answer == b""  # there is nobody who would understand one


def test_the_answer_names_the_subprotocol_where_there_is_one():
    assert b"Protocol" not in opening.accepted("key", None).partition(b"Accept")[2]
    assert opening.accepted("key", "stoppress.v1").endswith(
        b"Sec-WebSocket-Accept: key\r\nSec-WebSocket-Protocol: stoppress.v1\r\n\r\n"
    )


def test_subprotocols_are_read_from_every_header():
    offered = [(b"sec-websocket-protocol", b"one, two"), (b"sec-websocket-protocol", b"three")]
    assert opening.subprotocols([*HEADERS, *offered]) == ["one", "two", "three"]
