"""`fetch`: limits, redirects and refusals, against a real server on loopback."""

import gc
import gzip
import socket
import struct
import time
import zlib
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address
from threading import Thread

import pytest

from stoppress.ingest.fetch import fetch
from stoppress.ingest.outcome import Fetched, FetchError, NotModified
from stoppress.outside.http import Rules
from tests.services.web import Web

# Python 3.13 writes its end as IPv4, older ones do not.
MAPPED = IPv6Address("::ffff:127.0.0.1")
HERE = Rules(private=True, total_seconds=5)


async def refusal(url: str, rules: Rules = HERE) -> str:
    outcome = await fetch(url, rules=rules)
    assert isinstance(outcome, FetchError)
    assert "\n" not in outcome.message
    return outcome.message


async def test_a_document_comes_with_its_headers_and_its_last_address(web: Web) -> None:
    web.serve("/b", b"<rss/>", etag='"1"', content_type="application/rss+xml")
    outcome = await fetch(web.redirect("/a", "/b"), rules=HERE)
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.url) == (b"<rss/>", f"{web.url}/b")
    assert (outcome.content_type, outcome.etag) == ("application/rss+xml", '"1"')


async def test_it_says_who_asks_and_carries_no_cookie(web: Web) -> None:
    web.serve("/b", b"x")
    await fetch(web.serve("/a", b"", 302, location="/b", set_cookie="a=b"), rules=HERE)
    for _, headers in web.requests:
        assert headers["user-agent"].startswith("StopPress/")
        assert "cookie" not in headers
        assert "if-none-match" not in headers


async def test_proxies_of_the_environment_are_not_used(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert isinstance(await fetch(web.serve("/a", b"x"), rules=HERE), Fetched)


async def test_a_body_that_came_is_read_whatever_its_tag_says(web: Web) -> None:
    url = web.serve("/a", b"x", etag='"1"')
    for etag in ('"1"', 'W/"1"', '"0"', ""):
        assert isinstance(await fetch(url, etag=etag, rules=HERE), Fetched)


async def test_a_304_may_have_new_validators(web: Web) -> None:
    url = web.serve("/a", b"", 304, etag='W/"2"', last_modified="Mon, 05 Jan 2026 02:00:00 GMT")
    outcome = await fetch(url, etag='"1"', rules=HERE)
    assert isinstance(outcome, NotModified)
    assert (outcome.etag, outcome.last_modified) == ('W/"2"', "Mon, 05 Jan 2026 02:00:00 GMT")


async def test_a_304_without_a_condition_is_an_error(web: Web) -> None:
    assert await refusal(web.serve("/a", b"", 304)) == "The server answered 304 Not Modified."


async def test_validators_of_what_expires_at_once_are_not_believed(web: Web) -> None:
    outcome = await fetch(web.serve("/a", b"x", etag='"1"', expires="0"), rules=HERE)
    assert isinstance(outcome, Fetched)
    assert (outcome.etag, outcome.last_modified) == ("", "")


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


async def test_a_redirect_is_checked_like_the_first_address(web: Web) -> None:
    url = web.redirect("/a", "http://169.254.169.254/latest/meta-data/")
    assert await refusal(url) == "169.254.169.254 is not a public address."


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://x.example/", "Only http and https"),
        ("gopher://127.0.0.1/", "Only http and https"),
        ("javascript:alert(1)", "Only http and https"),
        ("/etc/passwd", "Only http and https"),
        ("file:///etc/passwd", "Only the command line"),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://u:p@x.example/", "a user or a password"),
        ("http://u@x.example/", "a user or a password"),
        ("", "Only http and https"),
        ("http://x.example:99999/", ""),
        (f"http://{'a' * 70}.example/", ""),
        ("http://a..b/", ""),
    ],
)
async def test_what_is_no_web_address_is_refused(url: str, words: str) -> None:
    assert words in await refusal(url)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://x.example/", "http://u:p@127.0.0.1/"])
async def test_a_redirect_to_what_is_no_web_address_is_refused(web: Web, to: str) -> None:
    await refusal(web.redirect("/a", to))
    assert len(web.requests) == 1


async def test_a_redirect_without_an_address_is_refused(web: Web) -> None:
    assert await refusal(web.serve("/a", b"", 302))


async def test_only_the_allowed_ports_are_asked() -> None:
    message = await refusal("http://8.8.8.8:22/", Rules())
    assert message.startswith("Port 22 is not allowed. STOPPRESS_FETCH_PORTS")


async def test_a_circle_of_redirects_is_broken(web: Web) -> None:
    web.redirect("/b", "/a")
    assert await refusal(web.redirect("/a", "/b")) == "It redirects in a circle."
    assert len(web.requests) == 2


async def test_five_redirects_are_followed_and_a_sixth_is_not(web: Web) -> None:
    for number in range(6):
        web.redirect(f"/{number}", f"/{number + 1}")
    web.serve("/6", b"x")
    assert isinstance(await fetch(f"{web.url}/1", rules=HERE), Fetched)
    assert await refusal(f"{web.url}/0") == "It redirects more than 5 times."


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_what_unpacks_to_too_much_is_given_up(web: Web, encoding: str) -> None:
    zeros = b"\x00" * 50_000_000
    bomb = gzip.compress(zeros) if encoding == "gzip" else zlib.compress(zeros)
    url = web.serve("/a", bomb, content_encoding=encoding)
    assert await refusal(url) == "It is larger than 10,000,000 bytes."


async def test_what_is_packed_is_unpacked(web: Web) -> None:
    url = web.serve("/a", gzip.compress(b"<rss/>"), content_encoding="gzip")
    outcome = await fetch(url, rules=HERE)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"
    assert web.requests[0][1]["accept-encoding"] == "gzip, deflate"


async def test_what_cannot_be_unpacked_is_an_error_that_names_the_packing(web: Web) -> None:
    url = web.serve("/a", b"not packed at all", content_encoding="br")
    assert await refusal(url) == (
        "It is compressed with Brotli, but only gzip and deflate were asked for."
    )


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "UTF-8", "none", "br", "gzip, gzip"])
async def test_a_plain_body_that_is_declared_packed_is_read(web: Web, encoding: str) -> None:
    outcome = await fetch(web.serve("/a", b"<rss/>", content_encoding=encoding), rules=HERE)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"


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


@pytest.mark.slow("its server is slow")
async def test_a_slow_server_is_given_up_in_time(web: Web) -> None:
    def slowly(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        while True:  # until the reader hangs up
            request.wfile.write(b" ")
            time.sleep(0.05)  # no pause is long, and the whole is

    message = await refusal(web.handle("/a", slowly), replace(HERE, total_seconds=0.5))
    assert message == "The answer was not complete within 0.5 seconds."


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


async def test_what_is_no_web_server_is_an_error() -> None:
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
