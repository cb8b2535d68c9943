"""`session`, as `get` uses it: who is asked, and why there is no answer."""

import gc
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address
from threading import Thread

import pytest

from stoppress.outside.http import NoAnswer, Rules, get
from tests.services.web import Web

# Python 3.13 writes its end as IPv4, older ones do not.
MAPPED = IPv6Address("::ffff:127.0.0.1")
HERE = Rules(private=True, total_seconds=20)


async def refusal(url: str, rules: Rules = HERE) -> str:
    with pytest.raises(NoAnswer) as raised:
        await get(url, rules)
    message = str(raised.value)
    assert "\n" not in message
    return message


async def test_a_request_names_its_agent_and_carries_no_cookie(web: Web) -> None:
    web.serve("/b", b"x")
    await get(web.serve("/a", b"", 302, location="/b", set_cookie="a=b"), HERE)
    for _, headers in web.requests:
        assert headers["user-agent"].startswith("StopPress/")
        assert "cookie" not in headers


async def test_proxies_of_the_environment_are_not_used(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await get(web.serve("/a", b"x"), HERE)).status == 200


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1", "127.0.0.1 is not a public address. STOPPRESS_FETCH_PRIVATE=1 allows"),
        ("localhost", "is not a public address. STOPPRESS_FETCH_PRIVATE=1 allows"),
        ("[::ffff:127.0.0.1]", f"{MAPPED} is not a public address."),
        ("0x7f.1", "127.0.0.1 is not a public address."),
        ("2130706433", "not an address"),
        ("127.1", "not an address"),
    ],
)
async def test_loopback_is_refused_however_it_is_written(web: Web, host: str, words: str) -> None:
    port = int(web.url.rpartition(":")[2])
    assert words in await refusal(f"http://{host}:{port}/", Rules(ports=frozenset({port})))
    assert web.requests == []


@pytest.mark.parametrize("host", [f"{'a' * 70}.example", "a..b"])
async def test_an_impossible_host_name_is_an_error(host: str) -> None:
    await refusal(f"http://{host}/")


@pytest.mark.parametrize(
    ("start", "rest"),
    [
        (b"", b"<rss><title>Withdrawn</title></rss>\r\n"),
        (b"3\r\nabc\r\n", b"<rss><title>Withdrawn</title></rss>\r\n"),
        (b"3\r\n", b"<rss><title>Withdrawn</title></rss>\r\n"),
        (b"3\r\nabc\r\n0\r\n", b"\x00Withdrawn\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("cut", [False, True])
async def test_a_malformed_body_ends_at_once_and_is_not_quoted(
    web: Web, start: bytes, rest: bytes, cut: bool
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(start)
        if cut:
            time.sleep(0.05)  # the rest arrives in a packet of its own
        request.wfile.write(rest)

    message = await refusal(web.handle("/a", answer))
    assert message.startswith("The server's answer is not valid HTTP (")
    assert "Withdrawn" not in message


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-A: Withdrawn"])
async def test_a_server_that_closes_before_its_answer_is_not_quoted(web: Web, head: bytes) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        request.close_connection = True

    message = await refusal(web.handle("/a", answer))
    assert message == "The server closed the connection before its answer was whole."


@pytest.mark.parametrize("line", [b"HTTP/1.1 Withdrawn", b"HTTP/1.1 200 OK\r\n\x00Withdrawn: b"])
async def test_a_malformed_head_is_not_quoted(web: Web, line: bytes) -> None:
    url = web.handle("/a", lambda request: request.wfile.write(line + b"\r\n\r\n") and None)
    message = await refusal(url)
    assert message.startswith("The server's answer is not valid HTTP (its status line")
    assert "Withdrawn" not in message


async def test_a_connection_that_is_reset_during_a_body_is_an_error_and_no_line_of_the_log(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"<rss>")
        request.wfile.flush()
        time.sleep(0.05)  # the head is read before the reset
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.connection.close()

    message = await refusal(web.handle("/a", answer))
    assert message.startswith("The server's answer is not valid HTTP (")
    gc.collect()
    assert not caplog.records


async def test_too_many_headers_are_an_error(web: Web) -> None:
    await refusal(web.serve("/a", b"x", **{f"x_{number}": "1" for number in range(150)}))


async def test_an_answer_that_breaks_off_is_an_error(web: Web) -> None:
    def broken(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"<rss>")
        request.close_connection = True

    await refusal(web.handle("/a", broken))


async def test_a_host_that_does_not_answer_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert "No connection to 127.0.0.1" in await refusal(f"http://127.0.0.1:{port}/")


async def test_an_answer_that_is_not_http_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = Thread(target=answer)
        thread.start()
        await refusal(f"http://127.0.0.1:{port}/")
        thread.join()
