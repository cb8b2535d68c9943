"""Limit the length of request bodies, before any byte is kept (RFC 9110, section 15.5.14)."""

import json
from collections.abc import Awaitable
from typing import Any

from django.conf import settings

from stoppress.live.asgi_types import Application
from stoppress.live.script_prefix import path_below

from .too_long import answer_to_editor

# Methods whose body the site never reads.
BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# The limit for a request without credentials; a sign-in form is a tenth of it.
STRANGERS_BYTES = 64 * 1024
# Paths that take a form with a picture, and the bytes allowed for the rest of the form.
UPLOADS = frozenset({"/api/pictures", "/admin/newsroom/picture/add/"})
FORM_BYTES = 64 * 1024


class TooLong(Exception):
    """A body of unknown length has exceeded its limit."""


class BodyLimits:
    """An ASGI wrapper for HTTP that refuses request bodies that are too long.

    Credentials are checked later, by the view. Here only their presence counts: a request with an
    invalid token has the same limit as one with a valid token.

    Args:
        application: the site's own.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass a request to the application, or answer it with 413."""
        declared = _declared(scope["headers"])
        if declared == 0:
            return self._application(scope, receive, send)
        return self._bounded(declared, scope, receive, send)

    async def _bounded(self, declared: int | None, scope: Any, receive: Any, send: Any) -> None:
        limit = bytes_allowed(scope)
        if declared is None:
            if not limit and any(name == b"expect" for name, _ in scope["headers"]):
                await _refuse(scope, send, limit)  # reading would answer "100 Continue"
            else:
                await self._hand_on(scope, Counted(receive, limit), send)
        elif declared > limit:
            await _refuse(scope, send, limit)
        else:
            await self._application(scope, receive, send)

    async def _hand_on(self, scope: Any, body: "Counted", send: Any) -> None:
        """Pass on a request with a chunked body."""
        answered = False

        async def noted(message: Any) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await body.begin()
            await self._application(scope, body.receive, noted)
        except TooLong:
            if not answered:
                await _refuse(scope, send, body.limit)


class Counted:
    """A body of unknown length, whose bytes are counted.

    Args:
        receive: ASGI's `receive`.
        limit: the longest body, in bytes.
    """

    def __init__(self, receive: Any, limit: int) -> None:
        self._receive = receive
        self.limit = limit
        self._received = 0
        self._first: Any = None

    async def begin(self) -> None:
        """Read the first part, so that a forbidden body is refused even if no view reads it.

        Raises:
            TooLong: the first part exceeds the limit.
        """
        self._first = await self.receive()

    async def receive(self) -> Any:
        """Return the next ASGI message of the body.

        Raises:
            TooLong: with this message the body exceeds the limit.
        """
        if self._first is not None:
            first, self._first = self._first, None
            return first
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self.limit:
            raise TooLong
        return message


def bytes_allowed(scope: Any) -> int:
    """Return the limit of a request's body in bytes, by its method, path and credentials."""
    if scope["method"] in BODILESS:
        return 0
    names = {name for name, _ in scope["headers"]}
    path = path_below(scope)
    known = (b"authorization" if path.startswith("/api/") else b"cookie") in names
    if known and scope["method"] == "POST" and path in UPLOADS:
        return max(settings.STOPPRESS_MAX_PICTURE + FORM_BYTES, settings.STOPPRESS_MAX_BODY)
    if known and path.startswith("/api/"):
        return settings.STOPPRESS_MAX_BODY
    if known and path.startswith("/admin/"):
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or STRANGERS_BYTES
    return STRANGERS_BYTES


def _declared(headers: Any) -> int | None:
    """Return the declared length of a body; None for a chunked body."""
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            # Twenty digits are enough: any such length is refused.
            return int(value.strip().lstrip(b"0")[:20] or b"0") if value.strip().isdigit() else 0
    return 0


async def _refuse(scope: Any, send: Any, limit: int) -> None:
    words = (
        f"A body for this address has at most {limit} bytes."
        if limit
        else (f"A {scope['method']} request has no body.")
    )
    as_json = path_below(scope).startswith("/api/")
    body = (json.dumps({"detail": words}) if as_json else f"{words}\n").encode()
    kind = b"application/json" if as_json else b"text/plain; charset=utf-8"
    if limit and path_below(scope).startswith("/admin/"):
        kind, body = answer_to_editor(scope, limit)
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        # The rest is not read: the client must stop sending (RFC 9112, section 9.6).
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
