"""`get` and `post` against a server on loopback."""

import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from stoppress.outside.http import NoAnswer, NotAllowed, Rules, get, post
from tests.services.web import Web

HERE = Rules(private=True, total_seconds=20)
TYPE = {"Content-Type": "text/plain"}


def slowly(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Connection", "close")
    request.end_headers()
    while True:  # until the reader hangs up
        request.wfile.write(b" ")
        time.sleep(0.05)  # no pause is long, and the whole is


async def test_a_document_comes_with_its_status_and_its_last_address(web: Web) -> None:
    web.serve("/b", b"text", x_of="b")
    answer = await get(web.redirect("/a", "/b"), HERE)
    assert (answer.status, answer.body, answer.url) == (200, b"text", f"{web.url}/b")
    assert answer.headers["x-of"] == "b"
    assert web.requests[0][1]["accept-encoding"] == "identity"


async def test_a_document_that_is_too_large_is_refused(web: Web) -> None:
    with pytest.raises(NotAllowed, match=r"larger than 1,000 bytes"):
        await get(web.serve("/a", b"x" * 1001), replace(HERE, max_bytes=1000))


async def test_an_error_page_is_not_read(web: Web) -> None:
    answer = await get(web.serve("/a", b"who are you", 403), HERE)
    assert (answer.said, answer.body) == ("403 Forbidden", b"")


async def test_a_redirect_is_checked_like_the_first_address(web: Web) -> None:
    with pytest.raises(NoAnswer, match=r"^169\.254\.169\.254 is not a public address\.$"):
        await get(web.redirect("/a", "http://169.254.169.254/latest/meta-data/"), HERE)
    with pytest.raises(NotAllowed, match="only from the command line"):
        await get(web.redirect("/b", "file:///etc/passwd"), HERE)
    assert len(web.requests) == 2


async def test_a_circle_of_redirects_is_broken(web: Web) -> None:
    web.redirect("/b", "/a")
    with pytest.raises(NotAllowed, match=r"^It redirects in a circle\.$"):
        await get(web.redirect("/a", "/b"), HERE)
    assert len(web.requests) == 2


async def test_five_redirects_are_followed_and_a_sixth_is_not(web: Web) -> None:
    for number in range(6):
        web.redirect(f"/{number}", f"/{number + 1}")
    web.serve("/6", b"x")
    assert (await get(f"{web.url}/1", HERE)).status == 200
    with pytest.raises(NotAllowed, match=r"^It redirects more than 5 times\.$"):
        await get(f"{web.url}/0", HERE)


@pytest.mark.slow("its server is slow")
async def test_a_slow_server_is_given_up_in_time(web: Web) -> None:
    with pytest.raises(NoAnswer, match=r"^The answer was not complete within 0\.5 seconds\.$"):
        await get(web.handle("/a", slowly), replace(HERE, total_seconds=0.5))


async def test_a_message_arrives_once_as_it_was_given(web: Web) -> None:
    answer = await post(web.serve("/a", b"thanks", 202), b"\x00body", {**TYPE, "X-A": "1"}, HERE)
    assert (answer.status, answer.body) == (202, b"thanks")
    [(_, headers)] = web.requests
    assert web.posted == [b"\x00body"]
    assert (headers["x-a"], headers["content-type"]) == ("1", "text/plain")


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_message_follows_no_redirect(web: Web, status: int) -> None:
    answer = await post(web.redirect("/a", "/b", status), b"x", TYPE, HERE)
    assert (answer.status, len(web.requests)) == (status, 1)


async def test_a_message_does_not_go_into_our_own_network(web: Web) -> None:
    port = int(web.url.rpartition(":")[2])
    with pytest.raises(NoAnswer, match=r"127\.0\.0\.1 is not a public address"):
        await post(web.serve("/a", b""), b"x", TYPE, Rules(ports=frozenset({port})))
    assert web.posted == []


async def test_a_message_goes_to_web_addresses_only() -> None:
    with pytest.raises(NotAllowed):
        await post("file:///etc/passwd", b"x", TYPE, HERE)


async def test_of_an_endless_answer_to_a_message_only_the_start_is_read(web: Web) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        while True:  # until the reader hangs up
            request.wfile.write(b"x" * 10_000)

    answer = await post(web.handle("/a", endless), b"x", TYPE, HERE)
    assert (answer.status, len(answer.body)) == (200, 64 * 1024)


@pytest.mark.slow("its server is slow")
async def test_the_status_counts_when_the_rest_of_the_answer_does_not_come(web: Web) -> None:
    answer = await post(web.handle("/a", slowly), b"x", TYPE, replace(HERE, total_seconds=1))
    assert answer.status == 200


@pytest.mark.slow("its server is slow")
async def test_a_server_that_does_not_answer_a_message_is_given_up(web: Web) -> None:
    def silent(request: BaseHTTPRequestHandler) -> None:
        request.connection.settimeout(30)
        request.connection.recv(1)  # until the reader hangs up

    with pytest.raises(NoAnswer, match=r"not complete within 0\.5 seconds"):
        await post(web.handle("/a", silent), b"x", TYPE, replace(HERE, total_seconds=0.5))


async def test_an_answer_that_breaks_off_does_not_hide_its_status(web: Web) -> None:
    def broken(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"5\r\nab")
        request.close_connection = True

    answer = await post(web.handle("/a", broken), b"x", TYPE, HERE)
    assert (answer.status, answer.body) == (200, b"ab")
