import asyncio
from time import monotonic
from typing import Any

import pytest

from stoppress.live import metrics
from stoppress.live.shared_pages import flight, store
from tests.live.asking import counted, until

from .conftest import Crowd
from .paper import PRESS


async def test_later_requests_are_answered_from_memory_without_a_query(crowd: Crowd) -> None:
    first = await crowd.ask()
    reads = counted(metrics.READS, "open"), counted(metrics.READS, "snapshot")
    hits = counted(metrics.PAGES, "memory")
    for _ in range(5):
        assert await crowd.ask() == first
    assert counted(metrics.PAGES, "memory") - hits == 5
    assert (counted(metrics.READS, "open"), counted(metrics.READS, "snapshot")) == reads
    assert PRESS.rendered["/"] == 1


@pytest.mark.parametrize(
    "header",
    [
        {"cookie": "theme=dark; sessionid=abc"},
        {"cookie": "sessionid =abc"},
        {"cookie": "django_language=de"},
        {"cookie": "messages=1"},
        {"authorization": "Basic YTpi"},
    ],
)
async def test_a_signed_in_user_is_answered_by_django(crowd: Crowd, header: dict[str, str]) -> None:
    await crowd.ask()
    got = await crowd.ask(**header)
    assert PRESS.rendered["/"] == 2
    assert PRESS.asked[-1].headers.get("cookie") == header.get("cookie")
    assert "live-shows" not in got.headers


async def test_other_cookies_are_ignored_and_not_passed_to_django(crowd: Crowd) -> None:
    await crowd.ask(cookie="_ga=1.2.3; csrftoken=abc")
    await crowd.ask(cookie="_ga=4.5.6")
    assert PRESS.rendered["/"] == 1
    assert not PRESS.asked[0].COOKIES


async def test_a_foreign_host_never_gets_a_page(crowd: Crowd) -> None:
    await crowd.ask()
    for host in ("evil.test", "testserver.evil.test", "testserver\x00", ""):
        for _ in range(2):
            assert (await crowd.ask(host=host)).status == 400
    assert PRESS.rendered["/"] == 1


async def test_a_host_is_the_same_in_any_case(crowd: Crowd) -> None:
    for host in ("testserver", "TESTSERVER", "TestServer"):
        assert "<p>testserver " in (await crowd.ask(host=host)).text
    assert PRESS.rendered["/"] == 1


async def test_proxy_headers_of_any_client_cause_no_new_render(crowd: Crowd) -> None:
    first = await crowd.ask()
    for number in range(20):
        said = dict.fromkeys(("x_forwarded_proto", "x_forwarded_host"), f"{number}" * 99)
        assert await crowd.ask(**said) == first
    assert PRESS.rendered["/"] == 1
    assert not PRESS.asked[0].headers.get("x-forwarded-host")


async def test_each_host_has_its_own_page(crowd: Crowd) -> None:
    for host in ("testserver", "www.example.org", "testserver:8000"):
        for _ in range(2):
            assert f"<p>{host} " in (await crowd.ask(host=host)).text
    assert PRESS.rendered["/"] == 3


async def test_an_untrusted_scheme_header_does_not_reach_other_readers_pages(
    crowd: Crowd, settings: Any
) -> None:
    settings.STOPPRESS_LIVE = {}
    await crowd.ask(x_forwarded_proto="https")
    await crowd.ask()
    assert PRESS.rendered["/"] == 1 and not PRESS.asked[-1].is_secure()
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["192.0.2.1"]}
    for _ in range(2):
        await crowd.ask(x_forwarded_proto="https", x_forwarded_for="198.51.100.7")
    assert PRESS.asked[-1].is_secure()
    assert PRESS.rendered["/"] == 2


async def test_spellings_of_accept_encoding_share_two_pages(crowd: Crowd) -> None:
    for spelling in (
        "gzip, deflate, br, zstd",
        "gzip, deflate, br",
        "br;q=1.0, gzip;q=0.8",
        "GZIP",
    ):
        got = await crowd.ask(accept_encoding=spelling)
        assert got.headers["content-encoding"] == "gzip"
        assert got.headers["content-length"] == str(len(got.body))
    for plain in ({}, {"accept_encoding": "identity"}, {"accept_encoding": "gzip;q=0, br"}):
        got = await crowd.ask(**plain)
        assert "content-encoding" not in got.headers
    assert PRESS.rendered["/"] == 2
    assert got.headers["vary"].lower() == "accept-encoding"


async def test_a_reader_with_the_current_page_gets_304(crowd: Crowd) -> None:
    for spelling in ("gzip", "identity"):
        etag = (await crowd.ask(accept_encoding=spelling)).headers["etag"]
        bare = etag.removeprefix("W/")
        for condition in (etag, bare, f'"x", W/{bare}', "*"):
            got = await crowd.ask(accept_encoding=spelling, if_none_match=condition)
            assert (got.status, got.body) == (304, b"")
            assert got.headers["etag"] == etag
            assert got.headers["cache-control"] == "public, max-age=0, s-maxage=2"
            assert "accept-encoding" in got.headers["vary"].lower()
            assert "content-length" not in got.headers and "content-type" not in got.headers
        assert (await crowd.ask(accept_encoding=spelling, if_none_match='"x"')).status == 200
    assert PRESS.rendered["/"] == 2


async def test_a_head_is_answered_like_a_get_without_its_body(crowd: Crowd) -> None:
    bare = await crowd.ask(method="HEAD")
    whole = await crowd.ask()
    assert PRESS.rendered["/"] == 1
    assert bare.headers == whole.headers and (bare.body, bare.status) == (b"", 200)
    assert whole.headers["content-length"] == str(len(whole.body))


async def test_a_range_is_ignored(crowd: Crowd) -> None:
    await crowd.ask()
    got = await crowd.ask(range="bytes=0-3")
    assert got.status == 200 and len(got.body) > 4


async def test_a_page_of_a_private_stream_is_named_in_the_log(
    crowd: Crowd, caplog: pytest.LogCaptureFixture
) -> None:
    await crowd.ask("/secret")
    assert "which is not public" in caplog.text


async def test_a_view_that_is_not_marked_is_left_alone(crowd: Crowd) -> None:
    PRESS.holds = True
    asking = [await crowd.begin("/own") for _ in range(3)]
    answers = [asyncio.create_task(crowd.read(one)) for one in asking]
    await until(lambda: PRESS.rendered["/own"] == 3)  # none waits for another
    PRESS.gate.set()
    await asyncio.gather(*answers)
    await crowd.ask("/own")
    assert PRESS.rendered["/own"] == 4


async def test_with_debug_nothing_is_kept(crowd: Crowd, settings: Any) -> None:
    settings.DEBUG = True
    got = [await crowd.ask() for _ in range(2)]
    assert PRESS.rendered["/"] == 2 and "live-shows" not in got[0].headers


async def test_a_query_that_no_view_reads_is_answered_as_the_page_without_it(crowd: Crowd) -> None:
    first = await crowd.ask("/plain")
    for query in ("q=1", "utm=mail&q=2", "%ff", "&".join(f"x{n}=1" for n in range(900))):
        assert await crowd.ask(f"/plain?{query}") == first
    assert PRESS.rendered["/plain"] == 1
    # Nor does one get it whom Django answers itself.
    got = await crowd.ask("/plain?q=poison", cookie="sessionid=abc")
    assert (got.body, PRESS.rendered["/plain"]) == (first.body, 2)


async def test_a_query_that_the_view_reads_is_a_separate_page(crowd: Crowd) -> None:
    for query in ("q=a", "utm=mail&q=a", "q=%61&x", "q=b", "q=b&utm=mail"):
        got = await crowd.ask(f"/finds?{query}")
        assert got.text.endswith("/finds?q=b" if "q=b" in query else "/finds?q=a")
    assert PRESS.rendered["/finds"] == 2
    assert PRESS.asked[0].META["QUERY_STRING"] == "q=a"


async def test_a_flood_of_made_up_parameters_renders_nothing_and_pushes_out_nothing(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = monotonic()
    for module in (store, flight):
        monkeypatch.setattr(module, "monotonic", lambda: now)  # no page's time is over meanwhile
    kept = [await crowd.ask("/finds?q=a"), await crowd.ask("/plain")]
    await asyncio.gather(
        *(crowd.ask(f"/{page}&made-up={n}") for n in range(120) for page in ("finds?q=a", "plain?"))
    )
    assert [await crowd.ask("/finds?q=a"), await crowd.ask("/plain")] == kept
    assert PRESS.rendered["/finds"] + PRESS.rendered["/plain"] == 2


async def test_an_address_without_end_is_not_kept(crowd: Crowd) -> None:
    for _ in range(2):
        assert (await crowd.ask(f"/?q={'x' * 3000}")).status == 200
    assert PRESS.rendered["/"] == 2
