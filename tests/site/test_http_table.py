"""Bytes, what they are answered with, and what the connection does after that."""

import asyncio

import pytest

from stoppress.live.fast_path.consumer_protocol import ConsumerProtocol
from stoppress.live.fast_path.handshake import HandshakeProtocol

from .raw import served

H = b"Host: here\r\n"
OPEN, CLOSED, SOCKET = "open", "closed", "a WebSocket"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
WS = b"Upgrade: websocket\r\nConnection: Upgrade\r\n" + KEY
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
CHUNKS = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n"
# A request within a body must never be answered.
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: here\r\n\r\n"
BIG = b"x" * 40_000


def get(path=b"/a", *lines, version=b"1.1", host=H):
    return b"GET %b HTTP/%b\r\n%b%b\r\n" % (path, version, host, b"".join(lines))


def post(body, *lines, path=b"/a", version=b"1.1"):
    head = b"POST %b HTTP/%b\r\n%b%b" % (path, version, H, b"".join(lines))
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def chunked(body, *lines, version=b"1.1"):
    head = b"POST /a HTTP/%b\r\n%b%b" % (version, H, b"".join(lines))
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + body


def a(method="GET", path="/a", body="", host="here"):
    return f"200 {method} {path} {host} {body}"


AFTER = get(b"/b")
AFTERWARDS = a(path="/b")

TABLE = {
    # Requests as they should be.
    "a request": (get(), [a()], OPEN),
    "an empty line before it": (b"\r\n" + get(), [a()], OPEN),
    "two in a row": (get() + AFTER, [a(), AFTERWARDS], OPEN),
    "a body": (post(HIDDEN) + AFTER, [a("POST", body=HIDDEN.decode()), AFTERWARDS], OPEN),
    "a body in chunks": (
        chunked(CHUNKS + b"\r\n") + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "a large body": (post(BIG) + AFTER, [a("POST", body=BIG.decode()), AFTERWARDS], OPEN),
    "HTTP/1.0": (get(version=b"1.0"), [a()], CLOSED),
    "HTTP/1.0 without Host": (get(version=b"1.0", host=b""), [a(host="-")], CLOSED),
    "one that is to be the last": (get(b"/a", b"Connection: close\r\n") + AFTER, [a()], CLOSED),
    "the server itself": (b"OPTIONS * HTTP/1.1\r\n%b\r\n" % H, [a("OPTIONS", "*")], OPEN),
    # An upgrade that is not taken.
    "h2c with a body": (
        post(HIDDEN, H2C) + AFTER,
        [a("POST", body=HIDDEN.decode()), AFTERWARDS],
        OPEN,
    ),
    "h2c with chunks": (
        chunked(CHUNKS + b"\r\n", H2C) + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "h2c with a trailer": (
        chunked(CHUNKS + b"Authorization: x\r\n\r\n", H2C) + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "h2c without a body": (get(b"/a", H2C) + AFTER, [a(), AFTERWARDS], OPEN),
    "h2c, and a large body": (
        post(BIG, H2C) + AFTER,
        [a("POST", body=BIG.decode()), AFTERWARDS],
        OPEN,
    ),
    "several at once": (
        post(HIDDEN, b"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n") + AFTER,
        [a("POST", body=HIDDEN.decode()), AFTERWARDS],
        OPEN,
    ),
    "a WebSocket that the Connection header does not name": (
        get(b"/a", b"Connection: keep-alive\r\nUpgrade: websocket\r\n", KEY) + AFTER,
        [a(), AFTERWARDS],
        OPEN,
    ),
    "a WebSocket in HTTP/1.0": (get(b"/a", WS, version=b"1.0"), [a()], CLOSED),
    "a WebSocket with a body in HTTP/1.0": (
        post(HIDDEN, WS, version=b"1.0"),
        [a("POST", body=HIDDEN.decode())],
        CLOSED,
    ),
    "a length in more digits than any has": (
        post(b"abcde").replace(b"Content-Length: ", b"Content-Length: " + b"0" * 5000) + AFTER,
        ["400"],
        CLOSED,
    ),
    "the same beside an upgrade": (
        post(b"abcde", H2C).replace(b"Content-Length: ", b"Content-Length: " + b"0" * 5000),
        ["400"],
        CLOSED,
    ),
    "empty lines without end behind a request": (
        get(b"/a") + b"\r\n" * 30_000,
        [a(), "431"],
        CLOSED,
    ),
    # Handshakes.
    "a handshake": (get(b"/a", WS), ["101"], SOCKET),
    "a handshake behind a request": (get(b"/b") + get(b"/a", WS), [AFTERWARDS, "101"], SOCKET),
    "a handshake with a length of none": (
        get(b"/a", WS, b"Content-Length: 0\r\n"),
        ["101"],
        SOCKET,
    ),
    "a handshake at an absolute address": (get(b"http://here/a", WS), ["101"], SOCKET),
    "a handshake with a body": (
        get(b"/a", WS, b"Content-Length: 5\r\n") + b"abcde",
        ["400"],
        CLOSED,
    ),
    "a handshake with a body like a request": (
        get(b"/a", WS, b"Content-Length: %d\r\n" % len(HIDDEN)) + HIDDEN,
        ["400"],
        CLOSED,
    ),
    "a handshake with chunks": (
        get(b"/a", WS, b"Transfer-Encoding: chunked\r\n") + CHUNKS + b"\r\n",
        ["400"],
        CLOSED,
    ),
    "a handshake by POST": (post(HIDDEN, WS), ["400"], CLOSED),
    "a handshake without a key": (
        get(b"/a", b"Upgrade: websocket\r\nConnection: Upgrade\r\n"),
        ["400"],
        CLOSED,
    ),
    # One that could be read in two ways.
    "no Host": (get(host=b"") + AFTER, ["400"], CLOSED),
    "two Hosts": (get(host=H + b"Host: there\r\n") + AFTER, ["400"], CLOSED),
    "two Hosts alike": (get(host=H + H) + AFTER, ["400"], CLOSED),
    "two Hosts in HTTP/1.0": (get(host=H + H, version=b"1.0"), ["400"], CLOSED),
    "no Host at an absolute address": (get(b"http://there/a", host=b""), ["400"], CLOSED),
    "an absolute address": (
        get(b"http://there:8/a?q") + AFTER,
        [a(host="there:8"), AFTERWARDS],
        OPEN,
    ),
    "an absolute address of nothing": (get(b"HTTP://there"), [a(path="/", host="there")], OPEN),
    "an absolute address and its query": (
        get(b"http://there?q"),
        [a(path="/", host="there")],
        OPEN,
    ),
    "an absolute address with a user": (get(b"http://here@there/a"), ["400"], CLOSED),
    "an absolute address of no host": (get(b"http:///a"), ["400"], CLOSED),
    "an address of another scheme": (get(b"gopher://there/a"), ["400"], CLOSED),
    "CONNECT": (b"CONNECT there:443 HTTP/1.1\r\n%b\r\n" % H + AFTER, ["400"], CLOSED),
    "the server itself by GET": (get(b"*"), ["400"], CLOSED),
    "both lengths": (
        chunked(b"0\r\n\r\n", b"Content-Length: 5\r\n") + AFTER,
        ["400"],
        CLOSED,
    ),
    "two lengths": (post(b"abc", b"Content-Length: 3\r\n") + AFTER, ["400"], CLOSED),
    "a length with a sign": (
        b"POST /a HTTP/1.1\r\n%bContent-Length: +3\r\n\r\nabc" % H,
        ["400"],
        CLOSED,
    ),
    "chunks in HTTP/1.0": (
        chunked(CHUNKS + b"\r\n", version=b"1.0") + AFTER,
        [a("POST", body="abcde")],
        CLOSED,
    ),
    "chunks twice": (chunked(CHUNKS + b"\r\n", b"Transfer-Encoding: chunked\r\n"), ["400"], CLOSED),
    "another coding": (
        b"POST /a HTTP/1.1\r\n%bTransfer-Encoding: gzip, chunked\r\n\r\n" % H + CHUNKS + b"\r\n",
        ["400"],
        CLOSED,
    ),
    "a coding that does not end": (
        b"POST /a HTTP/1.1\r\n%bTransfer-Encoding: gzip\r\n\r\nabc" % H,
        ["400"],
        CLOSED,
    ),
    # Trailers.
    "trailers": (
        chunked(CHUNKS + b"Authorization: x\r\nHost: there\r\nX: y\r\n\r\n") + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "trailers that would upgrade": (
        chunked(CHUNKS + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n") + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "a trailer that would close": (
        chunked(CHUNKS + b"Connection: close\r\n\r\n") + AFTER,
        [a("POST", body="abcde"), AFTERWARDS],
        OPEN,
    ),
    "trailers without end": (
        chunked(CHUNKS + b"".join(b"X-%d: %b\r\n" % (n, b"v" * 99) for n in range(400))),
        ["431"],
        CLOSED,
    ),
    "a trailer that frames": (
        chunked(CHUNKS + b"Content-Length: 5\r\n\r\n") + AFTER,
        ["400"],
        CLOSED,
    ),
    # What cannot be read.
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ["400"], CLOSED),
    "another version": (get(version=b"2.0"), ["400"], CLOSED),
    "the beginning of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ["400"], CLOSED),
    "the method of HTTP/2": (b"PRI" + get()[3:], ["400"], CLOSED),
    "a folded line": (get(b"/a", b"X: y\r\n z\r\n"), ["400"], CLOSED),
    "a space before the colon": (get(b"/a", b"X : y\r\n"), ["400"], CLOSED),
    "a bare line feed": (get().replace(b"\r\n", b"\n"), ["400"], CLOSED),
    "a bare line feed at the end": (get()[:-2] + b"\n" + AFTER, ["400"], CLOSED),
    "a NUL": (get(b"/a", b"X: \0\r\n"), ["400"], CLOSED),
    "an unknown method": (b"FETCH" + get()[3:], ["400"], CLOSED),
    "nonsense behind an answer": (get() + b"\0\0\0", [a(), "400"], CLOSED),
    "nonsense behind two answers": (get() + AFTER + b"nonsense", [a(), AFTERWARDS, "400"], CLOSED),
    "nonsense among chunks": (chunked(b"3\r\nabcde\r\n0\r\n\r\n") + AFTER, ["400"], CLOSED),
    "a chunk of a negative size": (chunked(b"-1\r\n\r\n") + AFTER, ["400"], CLOSED),
}


async def echo(scope, receive, send):
    """Answer with what was understood: method, path, host, body."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        more = message["more_body"]
    await asyncio.sleep(0)  # an application that answers a turn later
    headers = scope["headers"]
    assert not {b"authorization", b"x"} & {name for name, _ in headers}
    host = b",".join(value for name, value in headers if name == b"host") or b"-"
    words = " ".join([scope["method"], scope["path"], host.decode(), body.decode()]).encode()
    length = (b"content-length", b"%d" % len(words))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": words})


async def answer(client):
    """Return the next answer as the table has it."""
    head = await client.head()
    status = head.split(b" ", 2)[1].decode()
    if status == "101":
        return status
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    async with asyncio.timeout(10):
        words = (await client.reader.readexactly(length)).decode()
    if status == "200":
        return f"200 {words}"
    assert b"\r\nconnection: close\r\n" in head.lower()
    return status


def whole(data):
    return [data]


def byte_by_byte(data):
    return [*(data[at : at + 1] for at in range(min(1000, len(data)))), data[1000:]]


def head_first(data):
    head, end, rest = data.partition(b"\r\n\r\n")
    return [head + end, *(rest[at : at + 9000] for at in range(0, len(rest), 9000))]


def through_the_middle_of_an_empty_line(data):
    return [piece for part in data.split(b"\r\n\r\n") for piece in (part + b"\r\n\r", b"\n")][
        :-2
    ] + [data.rpartition(b"\r\n\r\n")[2]]


PROTOCOLS = {"fast": HandshakeProtocol, "portable": ConsumerProtocol}


@pytest.mark.parametrize("path", PROTOCOLS)
@pytest.mark.parametrize(
    "cut", [whole, head_first, byte_by_byte, through_the_middle_of_an_empty_line]
)
@pytest.mark.parametrize("name", TABLE)
async def test_each_request_gets_the_answer_of_the_table(name, cut, path):
    sent, answers, then = TABLE[name]
    async with served(echo, ws=PROTOCOLS[path]) as site:
        client = await site.connect(limit=2**20)
        for piece in cut(sent):
            client.say(piece)
            await asyncio.sleep(0)  # the segments are to arrive apart; the answers are the same
        assert [await answer(client) for _ in answers] == answers
        if then is OPEN:
            client.say(get(b"/probe"))
            assert await answer(client) == a(path="/probe")
        elif then is SOCKET:
            client.say(b"\x89\x80\0\0\0\0")
            async with asyncio.timeout(10):
                assert await client.reader.readexactly(2) == b"\x8a\x00"
        else:
            assert await client.rest() == b""
            client.writer.close()
