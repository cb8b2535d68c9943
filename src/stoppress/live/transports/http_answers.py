"""Responses that all HTTP transports share: refusals, and JSON that caches may share."""

import hashlib
import json
import math
from typing import Any

from stoppress.live import conf
from stoppress.live.asgi_types import Headers, Send
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.cors import preflight
from stoppress.live.readers.host import FOREIGN, is_for_this_site
from stoppress.live.readers.origin import is_allowed

# Seconds for which a cache may reuse a response; a withdrawn text may stay in the cache as long.
SHARED_FOR = 2
NEVER_KEPT = (b"cache-control", b"no-store")


async def answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a complete response."""
    length = (b"content-length", str(len(body)).encode())
    headers = [*headers, length, (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer_json(scope: Any, send: Send, body: bytes, *, shared: bool) -> None:
    """Send JSON.

    Args:
        shared: caches may give it to other readers for a moment.
    """
    headers: Headers = [(b"content-type", b"application/json")]
    if not shared:
        await answer(send, 200, body, [*headers, (b"cache-control", b"private, no-store")])
        return
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()
    kept: Headers = [(b"etag", etag), (b"cache-control", f"public, max-age={SHARED_FOR}".encode())]
    if etag in header(scope, b"if-none-match"):
        await answer(send, 304, b"", kept)
    else:
        await answer(send, 200, body, [*headers, *kept])


async def refuse(send: Send, refusal: Refusal) -> None:
    """Answer with a refusal's HTTP status, and its code and reason as JSON."""
    body = json.dumps({"detail": refusal.reason, "code": refusal.code}).encode()
    headers = [(b"content-type", b"application/json"), NEVER_KEPT]
    if refusal.status == 401 and conf.text("READER"):
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.wait is not None:
        headers.append((b"retry-after", str(math.ceil(refusal.wait)).encode()))
    await answer(send, refusal.status, body, headers)


async def is_served(scope: Any, send: Send) -> bool:
    """Return whether a request is a GET to this host from a page that may read; else answer."""
    if not is_for_this_site(scope):
        await answer(send, 400, FOREIGN, [(b"content-type", b"text/plain"), NEVER_KEPT])
        return False
    if (allowing := preflight(scope)) is not None:
        await answer(send, 200, b"", allowing)
        return False
    if scope["method"] != "GET":
        await answer(send, 405, b"", [(b"allow", b"GET"), NEVER_KEPT])
        return False
    if not is_allowed(scope):
        text = b"This origin may not read the streams of this site.\n"
        await answer(send, 403, text, [(b"content-type", b"text/plain"), NEVER_KEPT])
        return False
    return True


def header(scope: Any, name: bytes) -> bytes:
    """Return a header of a request; empty where it has none."""
    return next((value for known, value in scope["headers"] if known == name), b"")
