"""How long a request's body may be: known before any of it is kept (RFC 9110, section 15.5.14)."""

import json
from collections.abc import Awaitable
from typing import Any

from django.conf import settings

from stoppress.live.asgi_types import Application

# They have no body that anything here would read.
BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Of somebody who has shown nothing: a sign-in's form is a tenth of it.
STRANGERS_BYTES = 64 * 1024


class TooLong(Exception):
    """A body of unknown length has become longer than it may be."""


class BodyLimits:
    """An ASGI application for HTTP that refuses bodies that are too long for another.

    Who is asking is found out later, by the body's reader: here it counts that one has shown
    something, and an unknown token does not make a body any longer than a known one.

    Args:
        application: the site's own.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Hand a request on, or answer it with 413."""
        declared = _declared(scope["headers"])
        if declared == 0:
            return self._application(scope, receive, send)
        return self._bounded(declared, scope, receive, send)

    async def _bounded(self, declared: int | None, scope: Any, receive: Any, send: Any) -> None:
        limit = bytes_allowed(scope)
        if declared is None:
            if not limit and any(name == b"expect" for name, _ in scope["headers"]):
                await _refuse(scope, send, limit)  # to read it is to say that it may be sent
            else:
                await self._hand_on(scope, Counted(receive, limit), send)
        elif declared > limit:
            await _refuse(scope, send, limit)
        else:
            await self._application(scope, receive, send)

    async def _hand_on(self, scope: Any, body: "Counted", send: Any) -> None:
        """Hand on a request whose body comes in chunks."""
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
    """A body of unknown length.

    Args:
        receive: ASGI's.
        limit: bytes that it may have.
    """

    def __init__(self, receive: Any, limit: int) -> None:
        self._receive = receive
        self.limit = limit
        self._received = 0
        self._first: Any = None

    async def begin(self) -> None:
        """Read the beginning, so that a body which may not be there is refused if nobody reads it.

        Raises:
            TooLong: it is too long already.
        """
        self._first = await self.receive()

    async def receive(self) -> Any:
        """Return the next part, as an application receives it.

        Raises:
            TooLong: with this part the body is too long.
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
    """Return how many bytes a request's body may have, by its method, path and credentials."""
    if scope["method"] in BODILESS:
        return 0
    names = {name for name, _ in scope["headers"]}
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path.startswith("/api/"):
        return settings.STOPPRESS_MAX_BODY if b"authorization" in names else STRANGERS_BYTES
    if path.startswith("/admin/") and b"cookie" in names:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or STRANGERS_BYTES
    return STRANGERS_BYTES


def _declared(headers: Any) -> int | None:
    """Return the length of a body as its head tells it; None where it comes in chunks."""
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            # Of more digits than any length has it is long enough to be refused.
            return int(value.strip().lstrip(b"0")[:20] or b"0") if value.strip().isdigit() else 0
    return 0


async def _refuse(scope: Any, send: Any, limit: int) -> None:
    words = (
        f"A body for this address has at most {limit} bytes."
        if limit
        else (f"A {scope['method']} request has no body.")
    )
    as_json = scope["path"].removeprefix(scope.get("root_path", "")).startswith("/api/")
    body = (json.dumps({"detail": words}) if as_json else f"{words}\n").encode()
    kind = b"application/json" if as_json else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        # Nobody reads the rest: the client is to leave off (RFC 9112, section 9.6).
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
