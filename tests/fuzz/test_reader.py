"""The judge's own parser is checked by a table, and against h11."""

import h11
import pytest

from .reader import read

HEAD = b"POST /a HTTP/1.1\r\nHost: here\r\n"


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        (HEAD + b"\r\n", "open"),
        (HEAD + b"Connection: close\r\n\r\n", "closed"),
        (HEAD + b"Content-Length: 5\r\n\r\n123", "partial"),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "unreadable"),
        (HEAD + b"Host: here\r\n\r\n", "unreadable"),
        (HEAD + b"X : y\r\n\r\n", "unreadable"),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "closed"),
        (HEAD + b"Transfer-Encoding: identity\r\n\r\n", "unreadable"),
        (HEAD + b"Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\nb", "open"),
        (HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "unreadable"),
        (b"CONNECT here:80 HTTP/1.1\r\nHost: here\r\n\r\n", "unreadable"),
        (b"GET / HTTP/1.1\r\n\r\n", "unreadable"),
        (b"GET / HTTP/1.0\r\n\r\n", "closed"),
    ],
)
def test_a_connection_ends_or_continues_as_listed(sent, end):
    assert read(sent).end == end


def test_the_host_of_an_absolute_form_replaces_the_header():
    [message] = read(b"GET http://there/a HTTP/1.1\r\nHost: here\r\n\r\n").messages
    assert (message.target, message.values("host")) == ("/a", ["there"])


@pytest.mark.parametrize(
    "rest",
    [
        b"\r\n",
        b"Content-Length: 5\r\n\r\n12345",
        b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: trailer\r\n\r\n",
        b"X:  y \r\nx: \r\n\r\n",
    ],
)
def test_a_valid_request_is_read_as_h11_reads_it(rest):
    parser, body = h11.Connection(h11.SERVER), b""
    parser.receive_data(HEAD + rest)
    request = parser.next_event()
    while isinstance(event := parser.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    [message] = read(HEAD + rest).messages
    assert message.body == body
    assert message.headers == [(n.decode(), v.decode()) for n, v in request.headers]
