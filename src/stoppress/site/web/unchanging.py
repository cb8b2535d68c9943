"""Answers that never change while the server runs: asked of Django once, given out of memory."""

import asyncio
import logging
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from stoppress.live.asgi_types import Application
from stoppress.live.shared_pages.query import QueryRead
from stoppress.live.shared_pages.request import PageRequest, read_request, scope_for_all

from .ready_made import ReadyMade

logger = logging.getLogger("stoppress.site")

# What the API says of itself.
OF_THE_API = ("publish_api:api-root", "publish_api:openapi-json", "publish_api:openapi-view")
# Bytes that are kept at most; the files of this site are a third. What is more, Django answers.
KEPT_BYTES = 32 * 1024 * 1024
# All of a request that such an answer may depend on: no cookie and no sign-in changes it.
_HEEDED = frozenset({b"host", b"accept-encoding", b"if-none-match", b"x-forwarded-proto"})
_NO_QUERY = QueryRead(frozenset())
_FOREVER = frozenset({200, 302})

Key = tuple[str, str]


class Unchanging:
    """An ASGI application that answers for another at addresses where nothing ever changes.

    These are the static files and what the API says of itself. Whoever is first has Django asked,
    for all; from then on neither Django nor a file is touched. With `DEBUG` all are Django's.

    Args:
        http: the site's own application.
    """

    def __init__(self, http: Application) -> None:
        self._http = http
        self._files = _static_files()
        self._ready: dict[Key, ReadyMade] = {}
        self._asking: dict[Key, asyncio.Task[ReadyMade | None]] = {}
        self._size = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer out of memory, or have Django answer."""
        asked = self._read(scope) if scope["type"] == "http" else None
        ready = None if asked is None else await self._get(scope, asked)
        if asked is None or ready is None:
            await self._http(scope, receive, send)
            return
        status, headers, body = ready.form(asked.gzip).answer(asked.condition, asked.head)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _read(self, scope: Any) -> PageRequest | None:
        """Return what of a request matters; None where it is Django's to answer."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        a_file = path in self._files
        if settings.DEBUG or not (a_file or path in _addresses_of_api(settings.ROOT_URLCONF)):
            return None
        headers = [header for header in scope["headers"] if header[0] in _HEEDED]
        asked = read_request(scope | {"headers": headers}, False, _NO_QUERY)
        # Files were never refused to a wrong host; of all else that is Django's to say.
        return asked if asked is not None and (a_file or _is_ours(headers)) else None

    async def _get(self, scope: Any, asked: PageRequest) -> ReadyMade | None:
        # By the scheme too: over HTTPS an answer may say more (Strict-Transport-Security).
        key = (asked.scheme, scope["path"])
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        task = self._asking.get(key)
        if task is None:
            plain = scope_for_all(scope, replace(asked, gzip=False))
            task = self._asking[key] = asyncio.create_task(self._make(key, plain))
        # Whoever leaves meanwhile must not take it from the others.
        return await asyncio.shield(task)

    async def _make(self, key: Key, scope: dict[str, Any]) -> ReadyMade | None:
        try:
            start, body = await _ask(self._http, scope)
            headers = [(bytes(name).lower(), bytes(value)) for name, value in start["headers"]]
            if start["status"] not in _FOREVER or not _is_for_all(headers):
                return None
            ready = await asyncio.to_thread(ReadyMade, start["status"], headers, body)
        except Exception:  # who waits for it asks Django himself, and sees the error there
            logger.exception("could not get %.200r ready", key[1])
            return None
        finally:
            del self._asking[key]
        if self._size + ready.size <= KEPT_BYTES:
            self._size += ready.size
            self._ready[key] = ready
        return ready


async def _ask(http: Application, scope: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the start and the body of what an application answers."""
    start: dict[str, Any] = {}
    body = bytearray()
    ended = asyncio.Event()
    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                ended.set()

    await http(scope, receive, send)
    return start, bytes(body)


def _is_for_all(headers: list[tuple[bytes, bytes]]) -> bool:
    """Return whether an answer is nobody's own, by what it says itself."""
    told = {name: value.lower() for name, value in headers}
    varies = {name.strip() for name in told.get(b"vary", b"").split(b",")} - {b""}
    cached = told.get(b"cache-control", b"")
    own = b"set-cookie" in told or b"private" in cached or b"no-store" in cached
    return not own and varies <= {b"accept-encoding"}


def _is_ours(headers: list[tuple[bytes, bytes]]) -> bool:
    domain, _ = split_domain_port(dict(headers).get(b"host", b"").decode("latin1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=8)
def _addresses_of_api(urlconf: str) -> frozenset[str]:
    return frozenset(reverse(name, urlconf=urlconf) for name in OF_THE_API)


def _static_files() -> frozenset[str]:
    """Return the addresses of the files that the site's apps bring along."""
    below = urlsplit(settings.STATIC_URL).path
    found = set()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            name = "/".join(part for part in (getattr(storage, "prefix", ""), path) if part)
            found.add(below + name.replace("\\", "/"))
    return frozenset(found)
