"""Messages that are posted over one connection, by the rules of each."""

from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from stoppress.outside.http import NoAnswer, Rules, post, posting
from tests.services.web import Web

HERE = Rules(private=True)
TYPE = {"Content-Type": "text/plain"}


class Counting:
    """Answers 204, and keeps which connection each request came by."""

    def __init__(self, web: Web) -> None:
        self.connections: list[int] = []
        self.url = web.handle("/a", self._answer)
        self.hang_up_at: set[int] = set()  # the first request is 1

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.connections.append(request.client_address[1])
        if len(self.connections) in self.hang_up_at:
            request.close_connection = True
            return
        request.send_response(204)
        request.end_headers()


@pytest.fixture
def counting(web: Web) -> Counting:
    return Counting(web)


async def test_messages_go_over_one_connection_and_a_single_one_over_its_own(
    web: Web, counting: Counting
) -> None:
    async with posting(HERE) as kept:
        for number in range(5):
            answer = await kept(counting.url, b"%d" % number, TYPE)
            assert (answer.status, answer.url) == (204, counting.url)
    assert len(set(counting.connections)) == 1
    assert web.posted == [b"0", b"1", b"2", b"3", b"4"]
    await post(counting.url, b"5", TYPE, HERE)
    assert len(set(counting.connections)) == 2


async def test_what_a_kept_connection_did_not_answer_goes_over_a_new_one(
    web: Web, counting: Counting
) -> None:
    counting.hang_up_at = {2}
    async with posting(HERE) as kept:
        assert [(await kept(counting.url, body, TYPE)).status for body in (b"0", b"1")] == [
            204,
            204,
        ]
    assert web.posted == [b"0", b"1", b"1"]
    first, second, third = counting.connections
    assert first == second != third


async def test_what_a_new_connection_did_not_answer_is_not_posted_again(
    web: Web, counting: Counting
) -> None:
    counting.hang_up_at = {1, 3, 4}
    async with posting(HERE) as kept:
        with pytest.raises(NoAnswer, match="closed the connection"):
            await kept(counting.url, b"0", TYPE)
        assert (await kept(counting.url, b"1", TYPE)).status == 204
        with pytest.raises(NoAnswer, match="closed the connection"):
            await kept(counting.url, b"2", TYPE)
    assert web.posted == [b"0", b"1", b"2", b"2"]


async def test_an_endless_answer_leaves_its_connection_to_no_other_message(
    web: Web, counting: Counting
) -> None:
    used = []

    def endless(request: BaseHTTPRequestHandler) -> None:
        used.append(request.client_address[1])
        request.send_response(200)
        request.send_header("Content-Length", "1000000000")
        request.end_headers()
        with suppress(OSError):
            while True:  # until the reader hangs up
                request.wfile.write(b"HTTP/1.1 500 Not this one\r\n\r\n" * 1000)
        request.close_connection = True

    async with posting(HERE) as kept:
        answer = await kept(web.handle("/b", endless), b"x", TYPE)
        assert (answer.status, len(answer.body)) == (200, 64 * 1024)
        assert (await kept(counting.url, b"y", TYPE)).status == 204
    assert used != counting.connections


async def test_each_address_is_checked_and_no_redirect_is_followed(
    web: Web, counting: Counting
) -> None:
    async with posting(HERE) as kept:
        assert (await kept(counting.url, b"x", TYPE)).status == 204
        with pytest.raises(NoAnswer, match=r"169\.254\.169\.254 is not a public address"):
            await kept("http://169.254.169.254/", b"x", TYPE)
        with pytest.raises(NoAnswer, match="Only http and https"):
            await kept("ftp://x.example/", b"x", TYPE)
        assert (await kept(web.redirect("/b", "/a", 307), b"x", TYPE)).status == 307
    assert len(web.requests) == 2
