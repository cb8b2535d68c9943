"""The requests of `http.py`, which imports this module at the first request."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

import aiohttp

from .answer import Answer
from .no_answer import NotAllowed
from .rules import Rules, allowed
from .session import end_with_connection, session

REDIRECTS = {301, 302, 303, 307, 308}
MAX_ACKNOWLEDGEMENT = 64 * 1024  # bytes read of the answer to a POST


async def get(url: str, rules: Rules, headers: Mapping[str, str] | None = None) -> Answer:
    async with session(rules) as opened, asyncio.timeout(rules.total_seconds):
        here = allowed(url, rules)
        seen = {here}
        for _ in range(rules.max_redirects + 1):
            async with opened.get(here, headers=headers, allow_redirects=False) as response:
                if response.status not in REDIRECTS:
                    return await _read(response, rules)
                there = allowed(response.headers.get("Location", ""), rules, here)
            if there in seen:
                raise NotAllowed("It redirects in a circle.")
            seen.add(there)
            here = there
        raise NotAllowed("It redirects more than %(number)d times.", number=rules.max_redirects)


async def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> Answer:
    async with session(rules) as opened, asyncio.timeout(rules.total_seconds) as limit:
        here = allowed(url, rules)
        async with opened.post(here, data=body, headers=headers, allow_redirects=False) as response:
            answer = bytearray()
            # A timer of its own, so that the status is not lost when the body takes too long.
            until = limit.when()
            limit.reschedule(None)
            with suppress(TimeoutError, aiohttp.ClientError, ValueError, OSError):
                async with asyncio.timeout_at(until):
                    end_with_connection(response)
                    while len(answer) < MAX_ACKNOWLEDGEMENT:
                        piece = await response.content.read(MAX_ACKNOWLEDGEMENT - len(answer))
                        if not piece:
                            break
                        answer += piece
            return _answer(response, bytes(answer))


async def _read(response: aiohttp.ClientResponse, rules: Rules) -> Answer:
    body = bytearray()
    if response.status == HTTPStatus.OK:
        end_with_connection(response)
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
