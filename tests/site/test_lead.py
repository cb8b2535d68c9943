"""The lead follows the clock: its time ends on every open page and in every cached one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from stoppress.live.client.state import StreamState
from tests.conftest import Serve
from tests.services.process import Process
from tests.services.serve import COMMAND, Server

from .test_page_memory import Paper, paper

PROMISED_SECONDS = 5.0
LISTS = """
from stoppress.newsroom.models import Section, Topic
Section.objects.create(slug="world", name="World")
Topic.objects.create(slug="ems", name="The Ems")
"""


class OpenPage:
    """A page that has been open since before, and what it shows now."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.state = socket, StreamState()

    async def until(self, headlines: list[str]) -> None:
        """Take what comes until these headlines are shown, in this order."""
        async with asyncio.timeout(30):
            while [item["headline"] for item in self.state.items()] != headlines:
                self.take(json.loads((await self.socket.receive()).data))

    def take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self.state.replace(frame)
        elif frame["type"] == "event":
            self.state.apply(frame)


@asynccontextmanager
async def open_page(server: Server, stream: str) -> AsyncIterator[OpenPage]:
    url = f"{server.ws_url}/live/ws?stream={stream}"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        yield OpenPage(socket)


def worker_of(server: Server, log: Path) -> Process:
    """Start a worker in a process of its own, and wait until it works."""
    worker = Process([COMMAND, "worker"], log, env=server.env)
    worker.wait_until(lambda: "works here" in worker.tail(), "it works")
    return worker


async def in_order(news: Paper, address: str) -> list[str]:
    """Return the two headlines in the order of a page that readers share."""
    _, text = await news.page(address)
    return sorted(["Flood", "Bridge"], key=lambda headline: text.index(f">{headline}<"))


@pytest.mark.backend("sqlite", long="postgres")
async def test_a_time_at_the_top_ends_within_seconds_of_the_workers_return(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve("--no-worker")
    worker, _ = await asyncio.gather(
        asyncio.to_thread(worker_of, server, tmp_path / "first.log"),
        asyncio.to_thread(server.manage, "shell", "-v0", "-c", LISTS),
    )
    try:
        async with paper(server) as news:
            lists: dict[str, Any] = {"section": "world", "topics": ["ems"]}
            flood = await news.verb("", headline="Flood", urgency=1, **lists)
            await news.verb("", headline="Bridge", **lists)
            pages = {"/": "news", "/section/world/": "section:world", "/topic/ems/": "topic:ems"}
            for address in pages:
                assert await in_order(news, address) == ["Flood", "Bridge"]
            tag = await etag(server)
            async with (
                open_page(server, "news") as front,
                open_page(server, "section:world") as section,
                open_page(server, "topic:ems") as topic,
                open_page(server, "breaking") as bar,
            ):
                opened = [front, section, topic]
                for page in opened:
                    await page.until(["Flood", "Bridge"])
                await bar.until(["Flood"])
                worker.kill()
                end = datetime.now(UTC) + timedelta(seconds=1)
                await news.verb(f"/{flood['id']}", "PATCH", top_until=end.isoformat())
                await asyncio.sleep((end - datetime.now(UTC)).total_seconds())  # the clock's turn
                for address in pages:
                    assert await in_order(news, address) == ["Flood", "Bridge"]
                worker = await asyncio.to_thread(worker_of, server, tmp_path / "second.log")
                async with asyncio.timeout(PROMISED_SECONDS):
                    for page in opened:
                        await page.until(["Bridge", "Flood"])
                    await bar.until([])
                for address in pages:
                    assert await in_order(news, address) == ["Bridge", "Flood"]
                assert await etag(server, known=tag) not in {tag, None}
    finally:
        worker.kill()


async def etag(server: Server, known: str = "") -> str | None:
    """Return the front page's ETag; None if it is the one that the reader knows."""
    headers = {"If-None-Match": known} if known else {}
    async with aiohttp.ClientSession() as http, http.get(server.url, headers=headers) as answer:
        return None if answer.status == 304 else answer.headers["ETag"]
