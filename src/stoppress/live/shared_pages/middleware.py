"""The page cache in front of the site: it stores Django's responses; the hub invalidates them."""

import asyncio
from typing import Any

from django.conf import settings

from stoppress.live import metrics
from stoppress.live.asgi_types import Application

from .answer import without_shown
from .flights import Flights
from .marked_views import read_by_page
from .request import read_request
from .store import PageStore

_HIT = metrics.PAGES.labels("memory")


class PageCache:
    """An ASGI application that answers requests from a cache in front of another application.

    Args:
        http: the site's own application.
    """

    def __init__(self, http: Application) -> None:
        self._http = http
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request from the cache, with another reader's response, or by the site."""
        if self._loop is not asyncio.get_running_loop():
            self._begin()
        read = None if settings.DEBUG else read_by_page(scope)
        asked = read_request(scope, self._flights.languages, read) if read is not None else None
        if read is not None and asked is not None:
            page = await self._store.current(asked)
            if page is not None:
                _HIT.inc()
            else:
                page = await self._flights.share(scope, read)
            if page is not None:
                await page.send(asked, send)
                return
        await self._http(scope, receive, without_shown(send))

    def close(self) -> None:
        """Drop everything, so that no running request uses the hub any more."""
        if self._loop is not None:
            self._loop = None
            self._store.close()

    def _begin(self) -> None:
        """Start with an empty cache: it belongs to one event loop, as the hub does."""
        self._loop = asyncio.get_running_loop()
        self._store = PageStore()
        self._flights = Flights(self._http, self._store)
