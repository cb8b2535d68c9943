"""Ask a server outside: `get` a document, or `post` a message; with limits, never our own network.

Both raise `NoAnswer` (of which `NotAllowed` is one) when there is no whole answer within the rules.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

from .no_answer import NoAnswer, NotAllowed
from .rules import Rules, allowed, site_rules
from .session import end_with_connection, session

__all__ = ["Answer", "NoAnswer", "NotAllowed", "Rules", "allowed", "get", "post", "site_rules"]

REDIRECTS = {301, 302, 303, 307, 308}
MAX_ACKNOWLEDGEMENT = 64 * 1024  # bytes of a body that answers a POST; the rest is not read


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status: as it came; no exception is made of it.
        headers: with names in lower case, repeated ones joined by a comma.
        body: as it came, not decompressed.
        url: where it came from, after redirects.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""

    @property
    def said(self) -> str:
        """The status in words, such as `404 Not Found`."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)


async def get(url: str, rules: Rules, headers: Mapping[str, str] | None = None) -> Answer:
    """Get a document, following redirects.

    The body is read for status 200 only. A compressed one is asked for by `Accept-Encoding` among
    the headers, and is the caller's to unpack.

    Raises:
        NotAllowed: an address is not allowed, there are too many redirects, or it is too large.
        NoAnswer: there was no whole answer.
    """
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
    """Post a message once, and return the answer as soon as it is known; follow no redirect.

    The status is what counts: a body that is endless, slow or cut off is read up to 64 KiB and
    within the rules' time, and changes nothing.

    Args:
        headers: `Content-Type` among them.

    Raises:
        NotAllowed: the address is not allowed.
        NoAnswer: there was no status; the server may have read the message.
    """
    async with session(rules) as opened, asyncio.timeout(rules.total_seconds) as limit:
        here = allowed(url, rules)
        async with opened.post(here, data=body, headers=headers, allow_redirects=False) as response:
            answer = bytearray()
            # A timer of its own, so that the status is kept when the body takes too long.
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
