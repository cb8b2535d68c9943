"""`fetch`: what it asks for, and what it makes of an answer; `tests/outside` has the requests."""

import gzip
from dataclasses import replace

import pytest

from stoppress.ingest.fetch import fetch
from stoppress.ingest.outcome import Fetched, FetchError, NotModified
from stoppress.outside.http import Rules
from tests.services.web import Web

HERE = Rules(private=True, total_seconds=20)


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


async def test_a_request_has_accept_and_condition_headers(web: Web) -> None:
    url = web.serve("/a", b"x")
    await fetch(url, rules=HERE)
    await fetch(url, etag='"1"', last_modified="Mon, 05 Jan 2026 02:00:00 GMT", rules=HERE)
    [(_, first), (_, second)] = web.requests
    assert "application/rss+xml" in first["accept"]
    assert first["accept-encoding"] == "gzip, deflate"
    assert "if-none-match" not in first and "if-modified-since" not in first
    assert second["if-none-match"] == '"1"'
    assert second["if-modified-since"] == "Mon, 05 Jan 2026 02:00:00 GMT"


async def test_a_received_body_is_read_even_if_its_etag_is_unchanged(web: Web) -> None:
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


async def test_validators_of_an_expired_document_are_ignored(web: Web) -> None:
    outcome = await fetch(web.serve("/a", b"x", etag='"1"', expires="0"), rules=HERE)
    assert isinstance(outcome, Fetched)
    assert (outcome.etag, outcome.last_modified) == ("", "")


async def test_a_failed_request_has_its_reason_as_a_sentence(web: Web) -> None:
    assert await refusal(web.redirect("/a", "/a")) == "It redirects in a circle."


async def test_a_document_that_unpacks_to_too_much_is_refused(web: Web) -> None:
    url = web.serve("/a", gzip.compress(b"\x00" * 1001), content_encoding="gzip")
    message = await refusal(url, replace(HERE, max_bytes=1000))
    assert message == "It is larger than 1,000 bytes."


async def test_a_packed_document_is_unpacked(web: Web) -> None:
    url = web.serve("/a", gzip.compress(b"<rss/>"), content_encoding="gzip")
    outcome = await fetch(url, rules=HERE)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"


async def test_a_document_that_cannot_be_unpacked_is_an_error_with_the_name_of_the_packing(
    web: Web,
) -> None:
    url = web.serve("/a", b"not packed at all", content_encoding="br")
    assert await refusal(url) == (
        "It is compressed with Brotli, but only gzip and deflate were asked for."
    )


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_plain_body_that_is_declared_packed_is_read(web: Web, encoding: str) -> None:
    outcome = await fetch(web.serve("/a", b"<rss/>", content_encoding=encoding), rules=HERE)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"
