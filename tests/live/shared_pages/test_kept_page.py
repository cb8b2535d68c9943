import pytest

from stoppress.live.hub.hub import Hub
from stoppress.live.shared_pages.answer import Answer
from stoppress.live.shared_pages.kept_page import KeptPage
from stoppress.live.shared_pages.request import PageRequest
from tests.live.reader import say


def asked(condition: bytes = b"", head: bool = False) -> PageRequest:
    return PageRequest(("key",), False, "", head, condition, enduring=True)


def page(status: int = 200, etag: bytes = b'W/"a"') -> KeptPage:
    headers = [(b"content-type", b"text/html"), (b"etag", etag), (b"vary", b"Accept-Encoding")]
    return KeptPage(Answer(status, headers, b"page"), until=0.0)


def test_a_cached_page_is_sent_with_its_length() -> None:
    status, headers, body = page().answer(asked())
    assert (status, body) == (200, b"page")
    assert headers[-1] == (b"content-length", b"4") and len(headers) == 4


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (b'"a"', 304),
        (b'W/"a"', 304),
        (b'"b", "a"', 304),
        (b"*", 304),
        (b'"b"', 200),
        (b"a", 200),
        (b'w/"a"', 200),
        (b"", 200),
    ],
)
def test_a_condition_is_compared_weakly(condition: bytes, status: int) -> None:
    found, headers, body = page().answer(asked(condition))
    assert (found, bool(body)) == (status, status == 200)
    if status == 304:
        assert headers == [(b"etag", b'W/"a"'), (b"vary", b"Accept-Encoding")]


def test_a_410_is_never_a_304_and_a_page_without_etag_neither() -> None:
    assert page(status=410).answer(asked(b'"a"'))[0] == 410
    assert page(etag=b"").answer(asked(b"x, "))[0] == 200


def test_a_head_has_the_headers_alone() -> None:
    assert page().answer(asked(head=True)) == (200, page().answer(asked())[1], b"")


async def test_a_cached_page_is_valid_while_its_streams_are_unchanged(hub: Hub) -> None:
    stream = await hub.stream("board")
    kept = page()
    assert not kept.is_current(hub)
    kept.depend_on(hub, [(stream, stream.ring.head)])
    assert kept.is_current(hub)
    await say("a")
    await hub.watch.look()
    assert not kept.is_current(hub)


async def test_a_cached_page_is_invalid_if_the_hub_no_longer_follows_its_stream(hub: Hub) -> None:
    stream = await hub.stream("board")
    kept = page()
    kept.depend_on(hub, [(stream, stream.ring.head)])
    stream.followed = False
    assert not kept.is_current(hub)
    stream.followed = True
    del hub.streams["board"]
    assert not kept.is_current(hub)
