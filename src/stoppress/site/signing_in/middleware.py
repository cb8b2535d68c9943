"""Middleware: requests that hash a password wait in a bounded queue."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.unlogged import unlogged

from .counting import NAME_FIELDS, view_name
from .line import Line, LineFull
from .locks import slowed_seconds

logger = logging.getLogger("stoppress.site")

LOGINS = frozenset(NAME_FIELDS)
HASHING = LOGINS | {
    "admin:password_change",
    "admin:auth_user_password_change",
    "admin:auth_user_add",
    "account_reauthenticate",
}
RETRY_SECONDS = 10
# How many logins of slowed accounts may wait at a time; each keeps a thread.
SLOWED = 256
TOO_MANY = gettext_lazy(
    "Too many people are signing in just now. Wait ten seconds, go back, "
    "and send your name and password again."
)
COMPLAINT_SECONDS = 60.0


class InLine:
    """Makes a request that hashes a password wait its turn, before it queries the database.

    It is asynchronous, so that a client that disconnects leaves the queue. For that, MIDDLEWARE
    must list every synchronous middleware before it: Django would run it synchronously if the next
    one were synchronous. Without ASGI no request waits here, but hashing is still one at a time.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._line = Line()
        # Logins of slowed accounts wait in their own queue: they hash nothing meanwhile.
        self._slowed = Line(places=SLOWED)
        self._next_complaint = 0.0
        self._refused = 0
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self) and request.method == "POST":
            view = view_name(request)
            if view in HASHING:
                return self._in_line(request, slow=view in LOGINS and settings.AXES_ENABLED)
        return self._get_response(request)

    async def _in_line(self, request: HttpRequest, slow: bool) -> HttpResponse:
        address = request_address(request)
        try:
            if slow:
                with self._line.place(address):
                    seconds = await sync_to_async(_slowed)(request)
                if seconds:
                    with self._slowed.place(address):
                        await asyncio.sleep(seconds)
            with self._line.place(address):
                async with self._line.turn(address):
                    return await _to_its_end(self._get_response(request))
        except LineFull:
            self._complain()
            return _too_many()

    def _complain(self) -> None:
        self._refused += 1
        now = time.monotonic()
        if now >= self._next_complaint:
            logger.warning("too many sign-ins at once: %d refused since last log", self._refused)
            self._next_complaint, self._refused = now + COMPLAINT_SECONDS, 0


def _slowed(request: HttpRequest) -> float:
    try:
        return slowed_seconds(request)
    finally:
        close_old_connections()  # PostgreSQL allows fewer connections than logins may wait


async def _to_its_end(answering: Awaitable[HttpResponse]) -> HttpResponse:
    """Wait for a response even if the client has disconnected.

    A disconnect does not end the hashing thread, so the turn lasts until the hashing has ended.
    """
    task = asyncio.ensure_future(answering)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _too_many() -> HttpResponse:
    answer = HttpResponse(f"{TOO_MANY}\n", status=429, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    # A flood of these responses is logged once a minute.
    return unlogged(answer)
