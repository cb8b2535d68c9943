import asyncio
from typing import Any

import pytest

from stoppress.live.shared_pages import rendering
from stoppress.live.shared_pages.answer import BODY_BYTES
from stoppress.live.shared_pages.rendering import ask_django

LENGTH = (b"Content-Length", b"6")
START = {"type": "http.response.start", "status": 200, "headers": [LENGTH]}
BARE = START | {"headers": []}

SHOWS = (b"Live-Shows", b"news@1-0123456789abcdef")


def body(data: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


async def ask(*messages: dict[str, Any]) -> Any:
    async def site(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "http.request"
        for message in messages:
            await send(message)

    return await ask_django(site, {"path": "/"})


async def test_a_whole_answer_comes_with_its_names_in_lower_case() -> None:
    answer = await ask(START, body(b"one", more=True), body(b"two"))
    assert (answer.status, answer.headers, answer.body) == (
        200,
        [(b"content-length", b"6")],
        b"onetwo",
    )


async def test_an_interrupted_answer_is_discarded() -> None:
    assert await ask() is None
    assert await ask(START) is None
    assert await ask(START, body(b"one", more=True)) is None


async def test_an_endless_answer_is_cancelled_and_freed() -> None:
    sent = 0

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        nonlocal sent
        await receive()
        await send(START)
        for _ in range(20):
            await send(body(b"x" * (BODY_BYTES // 8), more=True))
            sent += 1
        assert (await receive())["type"] == "http.disconnect"

    answer = await ask_django(endless, {"path": "/"})
    assert sent == 20
    assert answer is not None and not answer.shown and not answer.body


async def test_a_streamed_answer_without_a_length_is_not_shared() -> None:
    answer = await ask(BARE | {"headers": [SHOWS]}, body(b"one", more=True), body(b"two"))
    assert not answer.shown and not answer.body and answer.alone
    assert (await ask(BARE | {"headers": [SHOWS]}, body(b"one"))).shown


async def test_an_answer_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(rendering, "FLIGHT_SECONDS", 0.05)
    monkeypatch.setattr(rendering, "LEAVE_SECONDS", 0.05)
    left: list[str] = []

    async def leaves(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        left.append((await receive())["type"])

    async def stays(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    assert await ask_django(leaves, {"path": "/"}) is None
    assert left == ["http.disconnect"]
    assert await ask_django(stays, {"path": "/slow"}) is None
    assert "gave up the page '/slow'" in caplog.text


async def test_a_site_that_fails_is_named(caplog: Any) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("no paper")

    assert await ask_django(broken, {"path": "/front"}) is None
    assert "rendering the page '/front'" in caplog.text
