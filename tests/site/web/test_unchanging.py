"""Answers that never change: rendered by Django once, then served from memory."""

import asyncio
import gzip
import re
from collections import Counter
from typing import Any

import aiohttp
import brotli
import pytest
from asgiref.testing import ApplicationCommunicator

from stoppress.site.web import unchanging
from stoppress.site.web.unchanging import NAMED, Unchanging
from tests.conftest import Serve

STYLE, SCRIPT = "/static/newsroom/paper.css", "/static/ninja/swagger-ui-bundle.js"
OPENAPI = "/api/openapi.json"


class Site:
    """An application that answers everything the same way, and counts what it is asked."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self.asked: Counter[str] = Counter()
        self.told: list[dict[bytes, bytes]] = []
        self.status = status
        self.headers = {"content-type": "text/css", "cache-control": "no-cache"} | headers
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked[scope["path"]] += 1
        self.told.append(dict(scope["headers"]))
        await self.gate.wait()
        lines = [(n.replace("_", "-").encode(), v.encode()) for n, v in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": lines})
        for part in (b"a { color: red }\n" * 30, b"b { color: red }\n" * 30):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def ask(site: Any, address: str = STYLE, method: str = "GET", **headers: str) -> Any:
    path, _, query = address.partition("?")
    named = {"host": "localhost"} | headers
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "scheme": "http",
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in named.items()],
        "client": ("192.0.2.1", 1234),
        "server": ("192.0.2.2", 80),
    }
    asking = ApplicationCommunicator(site, scope)
    await asking.send_input({"type": "http.request"})
    start, body, more = await asking.receive_output(20), b"", True
    while more:
        part = await asking.receive_output(20)
        body, more = body + part.get("body", b""), part.get("more_body", False)
    return start["status"], dict(start["headers"]), body


async def test_a_file_is_requested_from_django_once_for_all_headers() -> None:
    django = Site()
    site = Unchanging(django)
    for more in (
        {},
        {"method": "HEAD"},
        {"address": STYLE + "?v=1"},
        {"address": f"{STYLE}?{'x' * 9000}"},
        {"cookie": "sessionid=abc"},
        {"authorization": "Bearer x"},
        {"accept_encoding": "gzip, br"},
        {"if_none_match": '"x"'},
        {"range": "bytes=0-9"},
        {"cache_control": "no-cache"},
        {"x_forwarded_proto": "https"},
        {"host": "LOCALHOST:1"},
        {"host": "stranger.test"},
    ):
        assert (await ask(site, **more))[0] == 200
    assert django.asked == {STYLE: 1}
    # Nor is Django told what one reader says.
    assert django.told == [{b"host": b"localhost"}]


async def test_simultaneous_first_requests_render_once() -> None:
    django = Site()
    django.gate.clear()
    site = Unchanging(django)
    crowd = [asyncio.create_task(ask(site)) for _ in range(50)]
    while not django.asked:
        await asyncio.sleep(0)  # one turn of the loop
    crowd.pop().cancel()
    django.gate.set()
    answers = await asyncio.gather(*crowd)
    assert {status for status, _, _ in answers} == {200} and django.asked == {STYLE: 1}
    assert not site._asking


@pytest.mark.parametrize(
    "own",
    [
        {"set_cookie": "a=b"},
        {"cache_control": "private"},
        {"cache_control": "no-store"},
        {"vary": "Cookie"},
        {"vary": "Accept-Encoding, Cookie"},
        {"status": 404},
        {"status": 500},
        {"status": 301},
    ],
)
async def test_a_response_that_may_be_private_is_made_for_each_reader(own: dict[str, Any]) -> None:
    django = Site(**own)
    site = Unchanging(django)
    for _ in range(3):
        assert (await ask(site))[0] == django.status
    assert django.asked[STYLE] == 6 and not site._ready
    assert django.told[1] == {b"host": b"localhost"}


async def test_another_address_is_passed_on() -> None:
    django = Site()
    site = Unchanging(django)
    made_up = [f"/static/none{number}.css" for number in range(5)]
    for address in ("/", "/static/", "/api/articles", "/admin/login/", *made_up):
        await ask(site, address, cookie="a=b")
    assert django.asked.total() == 4 + len(made_up) and not site._ready
    assert all(told[b"cookie"] == b"a=b" for told in django.told)


async def test_another_method_is_answered_by_django() -> None:
    django = Site()
    site = Unchanging(django)
    await ask(site)
    for method in ("POST", "OPTIONS", "DELETE"):
        await ask(site, method=method)
    assert django.asked[STYLE] == 4


async def test_the_documentation_of_the_api_is_refused_to_a_foreign_host() -> None:
    django = Site()
    site = Unchanging(django)
    for _ in range(3):
        await ask(site, OPENAPI)
    assert django.asked[OPENAPI] == 1
    for host in ("stranger.test", "localhost.stranger.test", "", "a b"):
        await ask(site, OPENAPI, host=host)
    assert django.asked[OPENAPI] == 5


async def test_an_answer_over_https_is_cached_separately(settings: Any) -> None:
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ["192.0.2.1"]}
    django = Site()
    site = Unchanging(django)
    for _ in range(3):
        await ask(site)
        await ask(site, x_forwarded_proto="https")
    assert django.asked[STYLE] == 2


async def test_a_response_too_large_for_the_cache_is_served_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unchanging, "KEPT_BYTES", 100)
    django = Site()
    site = Unchanging(django)
    for _ in range(2):
        assert (await ask(site))[0] == 200
    assert django.asked[STYLE] == 2 and not site._ready


async def test_with_debug_nothing_is_kept(settings: Any) -> None:
    settings.DEBUG = True
    django = Site()
    site = Unchanging(django)
    for _ in range(2):
        await ask(site, cookie="a=b")
    assert django.asked[STYLE] == 2 and django.told[0][b"cookie"] == b"a=b"


@pytest.mark.backend("sqlite", long="postgres")
async def test_a_real_server_gives_scripts_and_description_compressed(serve: Serve) -> None:
    server = serve()
    async with aiohttp.ClientSession(auto_decompress=False) as http:

        async def get(address: str, **headers: str) -> tuple[int, Any, bytes]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            url = server.url + address
            async with http.get(url, headers=named, allow_redirects=False) as answer:
                return answer.status, answer.headers, await answer.read()

        for address, content_type in (
            (SCRIPT, "javascript"),
            (STYLE, "text/css"),
            ("/static/admin/css/base.css", "text/css"),
            ("/static/stoppress/live/index.js", "javascript"),
            (OPENAPI, "application/json"),
            ("/api/docs", "text/html"),
        ):
            _, plain, whole = await get(address, Accept_Encoding="identity")
            status, told, body = await get(address, Accept_Encoding="gzip")
            assert (status, told["Content-Encoding"]) == (200, "gzip")
            assert gzip.decompress(body) == whole and len(body) < len(whole)
            assert "Content-Encoding" not in plain
            for headers in (plain, told):
                assert content_type in headers["Content-Type"]
                assert headers["Vary"] == "Accept-Encoding"
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert not headers["ETag"].startswith("W/")
                known = await get(
                    address,
                    If_None_Match=headers["ETag"],
                    **{"Accept_Encoding": headers.get("Content-Encoding", "identity")},
                )
                assert (known[0], known[2]) == (304, b"")
        assert len((await get(SCRIPT, Accept_Encoding="gzip"))[2]) < 500_000
        _, _, page = await get("/", Accept_Encoding="identity")
        for address in re.findall(r'"(/static/newsroom/paper\.[0-9a-f]{12}\.\w+)"', page.decode()):
            status, told, body = await get(address, Accept_Encoding="br, gzip")
            assert told["Cache-Control"] == "max-age=31536000, public, immutable"
            assert (status, told["Content-Encoding"]) == (200, "br")
            _, _, plain = await get(address, Accept_Encoding="identity")
            assert brotli.decompress(body) == plain
        status, told, _ = await get("/api/")
        assert (status, told["Location"]) == (302, "/api/docs")
        assert (await get(OPENAPI, Host="stranger.test"))[0] == 400


def test_the_addresses_of_the_api_are_its_routes() -> None:
    found = unchanging._named_addresses("stoppress.site.urls")
    assert found == {"/api/", OPENAPI, "/api/docs", "/embed/frame.js"} and len(NAMED) == 4
