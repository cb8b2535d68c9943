"""The reference client's poll transport."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .http import get
from .wire import Ask, Decode, Frame, NotAFrame, Wire, frame_of

# Seconds between two requests if the server's response does not say.
NEXT_SECONDS = 2.0
NEXT_AT_MOST = 60.0


class PollWire:
    """A connection made of repeated requests."""

    def __init__(self, opened: ClientSession, address: str, ask: Ask, decode: Decode) -> None:
        self._session = opened
        self._address = address
        self._ask = ask
        self._decode = decode
        self._frames: deque[Frame] = deque()
        self._next = 0.0
        self._asked = ""
        self._etag = ""

    async def ask(self) -> None:
        """Send one request; `receive` then returns its frames, and a heartbeat after them."""
        query = self._ask.query()
        # An entity tag belongs to one URL, which contains the cursors.
        known = {"If-None-Match": self._etag} if self._etag and query == self._asked else {}
        url = URL(f"{self._address}?{query}", encoded=True)
        headers = known | self._ask.headers()
        async with get(self._session, url, headers, frozenset({200, 304})) as response:
            if response.status == 304:
                return
            answer = frame_of(await response.read(), self._decode)
            self._asked, self._etag = query, response.headers.get("ETag", "")
        try:
            self._frames.extend(answer["frames"])
            self._frames.append({"type": "heartbeat", "cursors": answer["cursors"]})
        except (KeyError, TypeError) as error:
            raise NotAFrame("the server's response is not one of a poll") from error
        self._next = _seconds(answer.get("next"))

    async def receive(self) -> Frame:
        while not self._frames:
            await asyncio.sleep(self._next)
            await self.ask()
        return self._frames.popleft()

    async def send(self, text: str) -> None:
        """Do nothing: a poll sends no messages."""

    async def close(self, code: int, reason: str) -> None:
        """Do nothing: no connection is open between two requests."""


@asynccontextmanager
async def open_poll(site: str, ask: Ask, decode: Decode) -> AsyncIterator[Wire]:
    """Poll `/live/poll`; returns after the first response.

    Args:
        site: the site's address without a trailing slash.
    """
    async with ask.session() as opened:
        wire = PollWire(opened, f"{site}/live/poll", ask, decode)
        await wire.ask()
        yield wire


def _seconds(told: Any) -> float:
    if isinstance(told, int | float) and told >= 0:
        return min(float(told), NEXT_AT_MOST)
    return NEXT_SECONDS
