"""The server under test: its addresses, and connections of which every step has a timeout."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from multidict import CIMultiDictProxy
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol
from yarl import URL

from stoppress.live.protocol.frames import PROTOCOL
from stoppress.live.shown_url import shown_url

# Seconds that any one step may take.
PATIENCE = 10.0

Asks = Mapping[str, str | None]


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Event:
    """An event of an event stream, with its fields in order."""

    fields: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def frame(self) -> Any:
        """Return the frame in the event's data; None if there is none."""
        try:
            return json.loads("\n".join(self.all("data")))
        except ValueError:
            return None


class Server:
    """A server that claims to speak `stoppress.v1`.

    Args:
        url: the site's address, such as `http://localhost:8000/`.

    Raises:
        ValueError: `url` is not the address of a site.
    """

    def __init__(self, url: str, session: ClientSession) -> None:
        self._site = address_of(url)
        self._session = session

    def _address(self, transport: str, query: str) -> str:
        return f"{self._site}/live/{transport}?{query}"

    @asynccontextmanager
    async def socket(
        self,
        query: str,
        *,
        protocols: Sequence[str] = (PROTOCOL,),
        origin: str | None = None,
    ) -> AsyncIterator[ClientConnection]:
        """Open a WebSocket.

        Raises:
            InvalidStatus: the server refused the handshake.
        """
        async with connect(
            self._address("ws", query).replace("http", "ws", 1),
            subprotocols=[Subprotocol(each) for each in protocols] or None,
            origin=Origin(origin) if origin else None,
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            close_timeout=2,
            proxy=None,
        ) as socket:
            yield socket

    async def closed_with(
        self, query: str, *, protocols: Sequence[str] = (PROTOCOL,), say: str | None = None
    ) -> str:
        """Return the code that the server closes a WebSocket with, or words for what came instead.

        Args:
            say: a message to send first.
        """
        try:
            async with self.socket(query, protocols=protocols) as socket:
                if say is not None:
                    await socket.send(say)
                async with asyncio.timeout(PATIENCE):
                    while True:
                        await socket.recv()
        except ConnectionClosed as closed:
            return str(closed.rcvd.code) if closed.rcvd else "a connection that broke"
        except InvalidStatus as refused:
            return f"HTTP {refused.response.status_code} at the handshake"
        except TimeoutError:
            return "a connection that stays open"

    @asynccontextmanager
    async def get(
        self, transport: str, query: str, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[ClientResponse]:
        """Send an HTTP request; yield the response once its head has come."""
        address = URL(self._address(transport, query), encoded=True)
        timeout = ClientTimeout(total=None, sock_connect=PATIENCE)
        async with asyncio.timeout(PATIENCE) as opening:
            async with self._session.get(
                address, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                opening.reschedule(None)
                yield response

    async def status(self, transport: str, query: str) -> int:
        """Return the status of an HTTP transport's answer."""
        async with self.get(transport, query) as response:
            return response.status

    async def poll(self, query: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the whole answer to a poll."""
        async with asyncio.timeout(PATIENCE), self.get("poll", query, headers) as response:
            return Answer(response.status, response.headers, await response.read())


def address_of(url: str) -> str:
    """Return a site's address without the slash at its end.

    Raises:
        ValueError: `url` is not the address of a site.
    """
    try:
        # With an @ anywhere, a part of a password may be taken for the host and the port.
        parts = urlsplit("" if "@" in url else url)
    except ValueError:  # its message quotes a part of the address
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[^\s/?#]+", parts.netloc):
        raise ValueError(
            f"{shown_url(url)!r} is not the address of a site; write it as http://HOST:PORT/"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def query_of(asks: Asks, *, full: bool = False) -> str:
    """Return the query string for some streams and their cursors.

    Args:
        full: whether to ask for a replay of every event (`replay=all`).
    """
    asked = [
        f"stream={quote(name, safe=':')}" + ("" if cursor is None else f"@{quote(cursor, safe='')}")
        for name, cursor in asks.items()
    ]
    return "&".join([*asked, *(["replay=all"] if full else [])])


async def events_of(response: ClientResponse) -> AsyncIterator[Event]:
    """Yield the events of an event stream (HTML standard, section 9.2.6); comments are left out."""
    fields: list[tuple[str, str]] = []
    rest = b""
    async for piece in response.content.iter_any():
        *lines, rest = (rest + piece).split(b"\n")
        for raw in lines:
            line = raw.decode(errors="replace").rstrip("\r")
            name, _, value = line.partition(":")
            if name:
                fields.append((name, value.removeprefix(" ")))
            elif not line and fields:
                yield Event(fields)
                fields = []
