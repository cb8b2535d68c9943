import pytest

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.shared_pages.answer import BODY_BYTES, KEPT_SECONDS, Answer, split_shown
from stoppress.live.shared_pages.request import PageRequest

SHOWN = {"news": Cursor(1, "0123456789abcdef")}


def asked(gzip: bool = False, language: str = "") -> PageRequest:
    return PageRequest(("key",), gzip, language, head=False, condition=b"", enduring=True)


def answer(status: int = 200, cache: str = "public, s-maxage=9", **headers: str) -> Answer:
    lines = {"cache-control": cache} | headers
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in lines.items()]
    return Answer(status, named, b"page", SHOWN)


@pytest.mark.parametrize(
    ("cache", "seconds"),
    [
        ("public, max-age=0, s-maxage=2", 2.0),
        ("PUBLIC,S-MAXAGE=1", 1.0),
        ("public, s-maxage=600", KEPT_SECONDS),
        ("public, s-maxage=0", 0.0),
        ("public, max-age=60", 0.0),
        ("s-maxage=2", 0.0),
        ("public, s-maxage=2, private", 0.0),
        ("public, s-maxage=2, no-store", 0.0),
        ('public, s-maxage=2, no-cache="x"', 0.0),
        ("public, s-maxage=-1", 0.0),
        ("public, s-maxage=two", 0.0),
        ("public, s-maxage=2, s-maxage=1", 0.0),
        ("", 0.0),
    ],
)
def test_an_answer_is_cached_as_long_as_it_allows_up_to_a_bound(cache: str, seconds: float) -> None:
    assert answer(cache=cache).seconds_for(asked()) == seconds


def test_a_410_is_cached_like_a_page_and_other_statuses_are_not() -> None:
    given = {status for status in range(200, 600) if answer(status).seconds_for(asked())}
    assert given == {200, 404, 410}
    assert {status for status in given if answer(status).is_kept} == {200, 410}


def test_a_404_needs_no_stream_and_is_private_like_other_answers() -> None:
    nothing, endless = answer(404), answer(404)
    nothing.shown, endless.alone = {}, True
    assert nothing.seconds_for(asked()) and not endless.seconds_for(asked())
    for own in ({"cache": "no-cache"}, {"cache": ""}, {"set_cookie": "a=b"}, {"vary": "Cookie"}):
        assert not answer(404, **own).seconds_for(asked())


def test_an_answer_that_may_be_private_is_not_cached() -> None:
    for vary in ("Cookie", "*", "Accept-Encoding, User-Agent", "Accept-Language"):
        assert not answer(vary=vary).seconds_for(asked())
    assert not answer(set_cookie="a=b").seconds_for(asked())
    assert answer(vary="accept-language, Accept-Encoding").seconds_for(asked(language="de"))


def test_an_answer_in_an_unrequested_coding_is_not_cached() -> None:
    assert answer(content_encoding="gzip").seconds_for(asked(gzip=True))
    assert not answer(content_encoding="gzip").seconds_for(asked())
    assert not answer(content_encoding="br").seconds_for(asked(gzip=True))


def test_an_answer_without_stream_or_too_large_is_not_cached() -> None:
    bare, large = answer(), answer()
    bare.shown = {}
    large.body = b"x" * (BODY_BYTES + 1)
    assert not bare.seconds_for(asked()) and not large.seconds_for(asked())


def test_internal_headers_are_removed() -> None:
    headers = [(b"A", b"1"), (b"Live-Shows", b"news@1-0123456789abcdef")]
    assert split_shown(headers) == ([(b"A", b"1")], SHOWN)
    assert split_shown([(b"A", b"1"), (b"live-shows", b"news@x")]) == ([(b"A", b"1")], {})
    assert split_shown([(b"A", b"1")]) == ([(b"A", b"1")], {})
