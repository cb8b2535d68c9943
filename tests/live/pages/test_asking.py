from typing import Any

from stoppress.live.pages.answer import BODY_BYTES
from stoppress.live.pages.asking import ask_django

START = {"type": "http.response.start", "status": 200, "headers": [(b"ETag", b'"a"')]}


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
    assert (answer.status, answer.headers, answer.body) == (200, [(b"etag", b'"a"')], b"onetwo")


async def test_what_is_broken_off_is_none() -> None:
    assert await ask() is None
    assert await ask(START) is None
    assert await ask(START, body(b"one", more=True)) is None


async def test_an_answer_without_end_is_told_to_leave_and_nothing_of_it_is_held() -> None:
    sent = 0

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        nonlocal sent
        await receive()
        await send(START)
        for _ in range(20):
            await send(body(b"x" * (BODY_BYTES // 8), more=True))
            sent += 1
        assert (await receive())["type"] == "http.disconnect"

    assert await ask_django(endless, {"path": "/"}) is None
    assert sent == 20


async def test_a_site_that_fails_is_named(caplog: Any) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("no paper")

    assert await ask_django(broken, {"path": "/front"}) is None
    assert "could not render '/front'" in caplog.text
