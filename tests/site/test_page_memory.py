"""The memory of pages in a real server: what a crowd costs, and what is never on a page again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from typing import Any

import aiohttp
import pytest

from stoppress.live.shared_pages.answer import KEPT_SECONDS
from tests.conftest import Serve
from tests.live.asking import until
from tests.services.serve import Server

from .web.test_metrics import value

PROMISED_SECONDS = 3.0


class Paper:
    """A server's pages, and its newsroom."""

    def __init__(self, server: Server, token: str, http: aiohttp.ClientSession) -> None:
        self.server, self._http = server, http
        self._may = {"Authorization": f"Bearer {token}"}

    async def page(self, address: str = "/", **headers: str) -> tuple[int, str]:
        async with self._http.get(self.server.url + address, headers=headers) as answer:
            assert "Live-Shows" not in answer.headers
            return answer.status, await answer.text()

    async def verb(self, address: str, method: str = "POST", **fields: object) -> dict[str, Any]:
        url = f"{self.server.url}/api/articles{address}"
        async with self._http.request(method, url, json=fields, headers=self._may) as answer:
            assert answer.ok, await answer.text()
            told: dict[str, Any] = await answer.json()
            return told

    async def counted(self, by: str) -> float:
        return await asyncio.to_thread(value, self.server, "stoppress_pages_total", by=by)


@asynccontextmanager
async def paper(server: Server) -> AsyncIterator[Paper]:
    made = await asyncio.to_thread(server.manage, "token", "desk")
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Paper(server, made.splitlines()[-1], http)


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_the_first_two_hundred_readers_cost_one_render(serve: Serve) -> None:
    async with paper(serve()) as news:
        pages = await asyncio.gather(*(news.page() for _ in range(200)))
        assert {status for status, _ in pages} == {200} and len(set(pages)) == 1
        assert await news.counted("django") == 1
        assert await news.counted("shared") + await news.counted("memory") == 199


async def test_the_next_request_shows_a_publication_or_a_withdrawal(serve: Serve) -> None:
    async with paper(serve()) as news:
        for number in range(5):
            made = await news.verb("", headline=f"Canary {number}", body="Canary text.")
            addresses = ("/", f"/articles/{made['id']}/")
            for address in addresses:
                assert f"Canary {number}" in (await news.page(address))[1]
                assert f"Canary {number}" in (await news.page(address))[1]
            await news.verb(f"/{made['id']}/retract", note="It was never so.")
            for address in addresses:
                assert "Canary" not in (await news.page(address))[1]
            assert (await news.page(addresses[1]))[0] == 410
        assert await news.counted("memory") >= 5


@pytest.mark.parametrize(
    "workers", [pytest.param("1", marks=pytest.mark.backend("sqlite", long="postgres")), "2"]
)
async def test_under_a_crowd_a_withdrawn_text_is_gone_in_time(serve: Serve, workers: str) -> None:
    async with paper(serve("--workers", workers)) as news:
        made = await news.verb("", headline="Canary", body="Canary text.")
        seen: list[float] = []
        gone: set[int] = set()
        over = False

        async def reads(number: int, address: str, headers: dict[str, str]) -> None:
            while not over:
                asked = time.monotonic()
                status, text = await news.page(address, **headers)
                if "Canary" in text:
                    seen.append(asked)
                else:
                    gone.add(number)

        story = f"/articles/{made['id']}/"
        spellings = ({}, {"Accept-Encoding": "identity"}, {"Cache-Control": "no-cache"})
        crowd = [
            asyncio.create_task(reads(number, *what))
            for number, what in enumerate(product(("/", story, "/?from=mail"), spellings))
        ]
        await until(lambda: len(seen) > 20 * len(crowd))  # pages are in memory
        assert not gone
        await news.verb(f"/{made['id']}/retract", note="It was never so.")
        withdrawn = time.monotonic()
        await asyncio.sleep(1.5)  # in which none may show it after its second
        await until(lambda: len(gone) == len(crowd))
        over = True
        await asyncio.gather(*crowd)
        # Caches behind us keep what they got for two seconds more.
        assert max(seen) - withdrawn < PROMISED_SECONDS - 2


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_foreign_hosts_and_sessions_get_no_page_from_memory(serve: Serve) -> None:
    async with paper(serve()) as news:
        await news.page()
        assert (await news.page(Host="evil.test"))[0] == 400
        before = [await news.counted(by) for by in ("memory", "shared", "django")]
        for _ in range(3):
            assert (await news.page(Cookie="sessionid=abc"))[0] == 200
        after = [await news.counted(by) for by in ("memory", "shared", "django")]
        assert after == before  # they never came near it
        assert (await news.page())[0] == 200


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_page_from_memory_equals_the_one_from_django(serve: Serve) -> None:
    server = serve()
    async with paper(server) as news, aiohttp.ClientSession(auto_decompress=False) as http:
        await news.verb("", headline="The bridge is shut", body="At nine.")

        async def ask(method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
            async with http.request(method, server.url + "/", headers=headers) as answer:
                kept = {k.lower(): v for k, v in answer.headers.items()}
                del kept["date"], kept["x-request-id"]  # each answer's own
                return answer.status, kept, await answer.read()

        own = {"Authorization": "Basic YTpi"}  # Django answers itself
        for coding in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}):
            status, told, body = await ask(**coding, **own)
            for _ in range(3):
                got = await ask(**coding)
                assert got[0] == status == 200
                # gzip's own header has random bytes of Django's, against BREACH.
                lengths = {got[1].pop("content-length"), str(len(got[2]))}
                assert len(lengths) == 1
                assert got[1] == {k: v for k, v in told.items() if k != "content-length"}
            bare = await ask("HEAD", **coding)
            assert (bare[0], bare[2]) == (200, b"") and "content-length" in bare[1]
            known = await ask(**coding, **{"If-None-Match": told["etag"]})
            assert (known[0], known[2]) == (304, b"")
            assert known[1]["etag"] == told["etag"]
            assert "content-security-policy" in known[1] and "content-length" not in known[1]
        assert b"<!DOCTYPE html>" in body[:20]


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_flood_of_made_up_queries_renders_nothing(serve: Serve) -> None:
    async with paper(serve()) as news:
        began = time.monotonic()
        [plain, *_] = await asyncio.gather(*(news.page() for _ in range(5)))
        for turn in range(5):
            made_up = (news.page(f"/?made-up={turn}-{number}") for number in range(60))
            assert set(await asyncio.gather(*made_up)) == {plain}
        # What is kept is rendered anew as often as without the flood; one look may have failed.
        rendered = await news.counted("django")
        assert rendered <= 2 + (time.monotonic() - began) / KEPT_SECONDS
        assert await news.counted("memory") + await news.counted("shared") == 305 - rendered


@pytest.mark.backend("sqlite")  # the database does not matter
async def test_a_missing_address_is_rendered_once(serve: Serve) -> None:
    async with paper(serve()) as news:
        for number in range(20):
            assert (await news.page(f"/articles/{1000 + number}/"))[0] == 404
        assert await news.counted("django") == 20
        crowd = await asyncio.gather(*(news.page("/articles/7/") for _ in range(40)))
        assert {status for status, _ in crowd} == {404}
        shared = await news.counted("shared")
        assert shared > 40 / 2 and await news.counted("django") == 20 + 40 - shared
