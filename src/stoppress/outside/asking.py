"""The requests of `http.py`, which imports this module at the first request."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, Self

import aiohttp
from yarl import URL

from .answer import Answer
from .no_answer import NotAllowed
from .rules import Rules, allowed
from .session import ending_with_connection, in_words, opened, session

REDIRECTS = {301, 302, 303, 307, 308}
MAX_ACKNOWLEDGEMENT = 64 * 1024  # bytes read of the answer to a POST


async def get(url: str, rules: Rules, headers: Mapping[str, str] | None = None) -> Answer:
    async with session(rules) as asked, asyncio.timeout(rules.total_seconds):
        here = allowed(url, rules)
        seen = {here}
        for _ in range(rules.max_redirects + 1):
            async with asked.get(here, headers=headers, allow_redirects=False) as response:
                if response.status not in REDIRECTS:
                    return await _read(response, rules)
                there = allowed(response.headers.get("Location", ""), rules, here)
            if there in seen:
                raise NotAllowed("It redirects in a circle.")
            seen.add(there)
            here = there
        raise NotAllowed("It redirects more than %(number)d times.", number=rules.max_redirects)


async def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> Answer:
    async with Poster(rules, keep=False) as poster:
        return await poster.post(url, body, headers)


class Poster:
    """Posts one message after another, over one connection while the server keeps it open.

    Args:
        keep: whether a connection is kept for the next message.
    """

    def __init__(self, rules: Rules, keep: bool = True) -> None:
        self._rules, self._refused = rules, list[str]()
        self._session = opened(rules, self._refused, keep)
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        trace.freeze()
        self._session.trace_configs.append(trace)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self._refused.clear()
        with in_words(self._rules, self._refused):
            async with asyncio.timeout(self._rules.total_seconds) as limit:
                here = allowed(url, self._rules)
                async with await self._sent(here, body, headers) as response:
                    return await _acknowledged(response, limit)

    async def _sent(
        self, url: URL, body: bytes, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        """Send a message, and once more if a kept connection ended: the server may end it anytime.

        aiohttp does so for other methods than POST. Its receiver may get this message twice.
        """
        reused: list[bool] = []
        told: Any = {"headers": headers, "allow_redirects": False, "trace_request_ctx": reused}
        try:
            return await self._session.post(url, data=body, **told)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionResetError):
            if not reused:
                raise
        return await self._session.post(url, data=body, **told)


async def _note_reuse(_session: object, context: SimpleNamespace, _told: object) -> None:
    context.trace_request_ctx.append(True)


async def _acknowledged(response: aiohttp.ClientResponse, limit: asyncio.Timeout) -> Answer:
    """Return an answer, with as much of its body as comes within a limit of time."""
    body = bytearray()
    # A timer of its own, so that the status is kept when the body takes too long.
    until = limit.when()
    limit.reschedule(None)
    with suppress(TimeoutError, aiohttp.ClientError, ValueError, OSError):
        async with asyncio.timeout_at(until):
            with ending_with_connection(response):
                while len(body) < MAX_ACKNOWLEDGEMENT:
                    piece = await response.content.read(MAX_ACKNOWLEDGEMENT - len(body))
                    if not piece:
                        break
                    body += piece
    return _answer(response, bytes(body))


async def _read(response: aiohttp.ClientResponse, rules: Rules) -> Answer:
    body = bytearray()
    if response.status == HTTPStatus.OK:
        with ending_with_connection(response):
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > rules.max_bytes:
                    raise NotAllowed(
                        "It is larger than %(number)s bytes.", number=format(rules.max_bytes, ",")
                    )
    return _answer(response, bytes(body))


def _answer(response: aiohttp.ClientResponse, body: bytes) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    return Answer(response.status, headers, body, str(response.url))
