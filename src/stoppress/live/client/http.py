"""HTTP for the reference client's SSE and poll: one session, and the same exceptions."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .wire import OPEN_SECONDS, Ended, retry_after

# The caller judges silence: it knows the heartbeat.
_TIMEOUT = ClientTimeout(total=None, sock_connect=OPEN_SECONDS, sock_read=None)
_REFUSAL_BYTES = 2000


@asynccontextmanager
async def session() -> AsyncIterator[ClientSession]:
    """Open an HTTP session; its failures are raised as OSError."""
    try:
        async with ClientSession(timeout=_TIMEOUT) as opened:
            yield opened
    except ClientError as error:
        if isinstance(error, OSError):
            raise
        raise OSError(str(error) or type(error).__name__) from error


@asynccontextmanager
async def get(
    opened: ClientSession, address: URL, headers: Mapping[str, str], wanted: frozenset[int]
) -> AsyncIterator[ClientResponse]:
    """Send a GET request.

    Raises:
        Ended: the response has another status than the wanted ones.
    """
    async with opened.get(address, headers=headers, allow_redirects=False) as response:
        if response.status not in wanted:
            wait = retry_after(response.headers.get("Retry-After"))
            raise Ended(response.status, await _reason(response), wait)
        yield response


async def _reason(response: ClientResponse) -> str:
    text = (await response.content.read(_REFUSAL_BYTES)).decode(errors="replace")
    try:
        told = json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        told = text if response.content_type == "text/plain" else ""
    return " ".join(str(told).split())[:200]
