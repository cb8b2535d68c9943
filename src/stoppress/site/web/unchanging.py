"""Responses that never change while the server runs: Django makes each one once, then cached."""

import asyncio
import logging
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from stoppress.live.asgi_types import Application
from stoppress.live.script_prefix import path_below
from stoppress.live.shared_pages.query import QueryRead
from stoppress.live.shared_pages.request import PageRequest, read_request, scope_for_all, takes
from stoppress.site.static_files.build import collected

from .ready_made import ReadyMade

logger = logging.getLogger("stoppress.site")

# The API's documentation, and the script for other sites' pages.
NAMED = (
    *("publish_api:api-root", "publish_api:openapi-json", "publish_api:openapi-view"),
    "newsroom:embed_script",
)
# The most bytes in the cache; this site's files take a third. Django answers what does not fit.
KEPT_BYTES = 32 * 1024 * 1024
# The only request headers that such a response depends on: not on a cookie or a sign-in.
_HEEDED = frozenset({b"host", b"accept-encoding", b"if-none-match", b"x-forwarded-proto"})
_NO_QUERY = QueryRead(frozenset())
_FOREVER = frozenset({200, 302})

Key = tuple[str, str]


class Unchanging:
    """An ASGI wrapper that answers requests for unchanging URLs from memory.

    These are the static files, the API's documentation and the script for frames. The first request
    for a URL is answered by Django, once for all readers; later ones touch neither Django nor a
    file. With `DEBUG`, Django answers every request.

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
        """Answer from memory, or pass the request to Django."""
        asked = self._read(scope) if scope["type"] == "http" else None
        ready = None if asked is None else await self._get(scope, asked)
        if asked is None or ready is None:
            await self._http(scope, receive, send)
            return
        accepted = _accepted(scope)
        form = ready.form(lambda coding: takes(coding, accepted))
        status, headers, body = form.answer(asked.condition, asked.head)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _read(self, scope: Any) -> PageRequest | None:
        """Return the parts of a request that matter; None if Django must answer it."""
        path = path_below(scope)
        a_file = path in self._files
        if settings.DEBUG or not (a_file or path in _named_addresses(settings.ROOT_URLCONF)):
            return None
        headers = [header for header in scope["headers"] if header[0] in _HEEDED]
        asked = read_request(scope | {"headers": headers}, False, _NO_QUERY)
        # Files are served under any Host; for the rest, Django answers a wrong Host.
        return asked if asked is not None and (a_file or _is_ours(headers)) else None

    async def _get(self, scope: Any, asked: PageRequest) -> ReadyMade | None:
        # Cached per scheme: over HTTPS there may be more headers (Strict-Transport-Security).
        key = (asked.scheme, scope["path"])
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        task = self._asking.get(key)
        if task is None:
            plain = scope_for_all(scope, replace(asked, gzip=False))
            task = self._asking[key] = asyncio.create_task(self._make(key, plain))
        # Shielded: a request that is cancelled must not cancel the task of the others.
        return await asyncio.shield(task)

    async def _make(self, key: Key, scope: dict[str, Any]) -> ReadyMade | None:
        try:
            start, body = await _ask(self._http, scope)
            headers = [(bytes(name).lower(), bytes(value)) for name, value in start["headers"]]
            if start["status"] not in _FOREVER or not _is_for_all(headers):
                return None
            ready = await asyncio.to_thread(ReadyMade, start["status"], headers, body)
        except Exception:  # each waiting request then asks Django, and gets the error there
            logger.exception("could not prepare the response of %.200r", key[1])
            return None
        finally:
            del self._asking[key]
        if self._size + ready.size <= KEPT_BYTES:
            self._size += ready.size
            self._ready[key] = ready
        return ready


async def _ask(http: Application, scope: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the start message and the body of an application's response."""
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
    """Return whether a response is the same for all readers, by its own headers."""
    values = {name: value.lower() for name, value in headers}
    varies = {name.strip() for name in values.get(b"vary", b"").split(b",")} - {b""}
    cached = values.get(b"cache-control", b"")
    own = b"set-cookie" in values or b"private" in cached or b"no-store" in cached
    return not own and varies <= {b"accept-encoding"}


def _accepted(scope: Any) -> bytes:
    """Return the codings that a reader accepts, as one header."""
    return b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")


def _is_ours(headers: list[tuple[bytes, bytes]]) -> bool:
    domain, _ = split_domain_port(dict(headers).get(b"host", b"").decode("latin1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=8)
def _named_addresses(urlconf: str) -> frozenset[str]:
    # `reverse` adds the prefix only where Django has set it, so `_below` removes it if it is there.
    return frozenset(_below(reverse(name, urlconf=urlconf)) for name in NAMED)


def _below(address: str) -> str:
    return address.removeprefix(settings.FORCE_SCRIPT_NAME or "")


def _static_files() -> frozenset[str]:
    """Return the URL paths of the static files, of the site's apps and of what was collected."""
    below = _below(urlsplit(settings.STATIC_URL).path)
    found = set()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            name = "/".join(part for part in (getattr(storage, "prefix", ""), path) if part)
            found.add(below + name.replace("\\", "/"))
    return frozenset(found.union(below + name for name in collected(Path(settings.STATIC_ROOT))))
