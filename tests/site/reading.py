"""WebSocket readers for tests of a server that leaves: they come back as the protocol says."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.services.serve import Server

LATEST_SECONDS = 60.0


def live(server: Server, query: str = "stream=news") -> Any:
    """Return a WebSocket to a server, to be opened with `async with`."""
    return connect(
        f"{server.ws_url}/live/ws?{query}",
        subprotocols=["stoppress.v1"],
        proxy=None,
        compression=None,
    )


class Reader:
    """A reader who comes back after a goodbye, and notes what happened."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.came: list[float] = []
        """When a connection became live."""
        self.goodbyes: list[float] = []
        self.lost: list[int | None] = []
        """Close codes that no goodbye told of."""
        self.events: list[str] = []
        self._cursor: str | None = None
        self._live = False

    @property
    def live(self) -> bool:
        return self._live

    async def read(self) -> None:
        """Read until cancelled."""
        while True:
            at = f"@{self._cursor}" if self._cursor else ""
            within = 0.5
            try:
                async with live(self.server, f"stream=news{at}") as connection:
                    within = await self._follow(connection)
            except OSError:
                self.lost.append(None)
            self._live = False
            await asyncio.sleep(random.uniform(0, within))  # as each reader waits

    async def _follow(self, connection: ClientConnection) -> float:
        within = None
        try:
            async for message in connection:
                frame = json.loads(message)
                if frame["type"] == "goodbye":
                    within = frame["within"]
                    self.goodbyes.append(time.monotonic())
                elif frame["type"] == "live":
                    self.came.append(time.monotonic())
                    self._live = True
                elif frame["type"] == "event":
                    self.events.append(frame["item"]["headline"])
                self._cursor = frame.get("cursor", self._cursor)
        except ConnectionClosed:
            pass
        if within is None:
            self.lost.append(connection.close_code)
        return 0.5 if within is None else within


@asynccontextmanager
async def readers(server: Server, count: int) -> AsyncIterator[list[Reader]]:
    """Give readers that are all live."""
    reading = [Reader(server) for _ in range(count)]
    tasks = [asyncio.create_task(reader.read()) for reader in reading]
    try:
        await until(lambda: all(reader.live for reader in reading))
        yield reading
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(ready: Any, seconds: float = LATEST_SECONDS) -> None:
    """Return once `ready()`."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        await asyncio.sleep(0.02)  # between two looks


PUBLISH = """
from stoppress.newsroom.publishing import create_article, publish_article
publish_article(create_article({{"headline": {headline!r}}}))
"""


def publish(server: Server, headline: str) -> None:
    """Publish an article from another process."""
    server.shell(PUBLISH.format(headline=headline))
