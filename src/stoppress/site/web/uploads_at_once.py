"""Limit how many uploads are under way at once: each is stored on the disk before it is checked."""

import json
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from django.utils.translation import gettext

from stoppress.live.asgi_types import Application
from stoppress.live.readers.limits.client_address import client_address
from stoppress.live.script_prefix import path_below

from .body_limits import UPLOADS

OF_ALL = 16
OF_ADDRESS = 8
RETRY_SECONDS = 10


class UploadsAtOnce:
    """An ASGI wrapper for HTTP that refuses uploads while too many are under way.

    An upload is under way from its headers to its answer. The sender is known only after it was
    received, so a stranger's upload counts as well.

    Args:
        application: the site's own.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._under_way: Counter[str] = Counter()  # by client address

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass a request to the application, or answer it with 503."""
        if scope["method"] != "POST" or path_below(scope) not in UPLOADS:
            return self._application(scope, receive, send)
        return self._counted(scope, receive, send)

    async def _counted(self, scope: Any, receive: Any, send: Any) -> None:
        address = client_address(scope)
        if self._under_way[address] >= OF_ADDRESS or self._under_way.total() >= OF_ALL:
            await _refuse(scope, send)
            return
        self._under_way[address] += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._under_way -= Counter([address])  # drops addresses with a count of 0


async def _refuse(scope: Any, send: Any) -> None:
    kind = b"application/json"
    if path_below(scope).startswith("/api/"):
        words = "Too many pictures are being uploaded just now. Send it again later."
        body = json.dumps({"detail": words}).encode()
    else:
        words = gettext("Nothing was saved: too many pictures are being uploaded. Try again later.")
        body = json.dumps({"error": words}).encode()
        if b"application/json" not in dict(scope["headers"]).get(b"accept", b""):
            kind, body = b"text/plain; charset=utf-8", f"{words}\n".encode()
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"retry-after", b"%d" % RETRY_SECONDS),
        # The rest is not read: the client must stop sending (RFC 9112, section 9.6).
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
