"""Flights: requests to Django; equal requests share one."""

import asyncio
from typing import Any

from django.conf import settings

from stoppress.live import metrics
from stoppress.live.asgi_types import Application

from .answer import Answer
from .flight import Flight
from .kept_page import KeptPage
from .query import QueryRead
from .recent import Recent
from .rendering import ask_django
from .request import Key, PageRequest, read_request, scope_for_all
from .store import PageStore

# Seconds that readers wait for another reader's request; then the next of them asks Django.
WAIT_SECONDS = 5.0
# How often a reader waits again, if the response was not for it.
ROUNDS = 3
# Seconds for which an address bypasses the cache after a response that could not be shared; most
# such addresses.
APART_SECONDS, APART = 2.0, 1000

_SHARED = metrics.PAGES.labels("shared")
_RENDERED = metrics.PAGES.labels("django")


class Flights:
    """Asks Django for pages.

    Attributes:
        languages: responses vary on Accept-Language.
    """

    def __init__(self, http: Application, store: PageStore) -> None:
        self._http = http
        self._store = store
        self._flights: dict[Key, Flight] = {}
        self._tasks: set[asyncio.Task[KeptPage | None]] = set()
        self._begun = 0
        self._apart = Recent(APART_SECONDS, APART)
        # Also set by the first response that says so.
        self.languages = any(name.endswith(".LocaleMiddleware") for name in settings.MIDDLEWARE)

    async def share(self, scope: Any, read: QueryRead) -> KeptPage | None:
        """Return Django's response to this request, or to an equal one of another reader.

        None where this reader has to ask Django alone.

        Args:
            read: the query parameters that the page reads.
        """
        before = self._begun
        for _ in range(ROUNDS):
            # Read again: the last response may have changed what responses vary on.
            asked = read_request(scope, self.languages, read)
            if asked is None or asked.key in self._apart:
                break
            flight = self._flights.get(asked.key)
            if flight is None:
                flight = self._flights[asked.key] = self._next()
                # A reader that disconnects must not cancel the request for the others.
                page = await asyncio.shield(self._begin(flight, asked, scope))
                if page is not None and (
                    page.failed or flight.young or await self._store.proves(page)
                ):
                    return page
                if not asked.language and self.languages:
                    continue
                break
            page = await flight.wait()
            if page is None or not (page.failed or _serves(flight, before)):
                page = await self._store.current(asked)
            if page is not None:
                _SHARED.inc()
                return page
        _RENDERED.inc()
        return None

    def _next(self) -> Flight:
        self._begun += 1
        return Flight(self._begun)

    def _begin(
        self, flight: Flight, asked: PageRequest, scope: Any
    ) -> asyncio.Task[KeptPage | None]:
        _RENDERED.inc()
        task = asyncio.get_running_loop().create_task(self._fly(flight, asked, scope))
        # The event loop holds no reference to it, and the first reader may have disconnected.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _fly(self, flight: Flight, asked: PageRequest, scope: Any) -> KeptPage | None:
        loop = asyncio.get_running_loop()
        # One timer for all waiting readers: each timer of a crowd would have to be cancelled.
        late = loop.call_later(WAIT_SECONDS, self._land, asked.key, flight, None)
        page = None
        try:
            page = await self._fetch(flight, asked, scope)
        finally:
            late.cancel()
            self._land(asked.key, flight, page)
        return page

    def _land(self, key: Key, flight: Flight, page: KeptPage | None) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.land(page)

    async def _fetch(self, flight: Flight, asked: PageRequest, scope: Any) -> KeptPage | None:
        answer = await ask_django(self._http, scope_for_all(scope, asked))
        if answer is None:
            return None
        if answer.is_outage:
            return KeptPage(answer, until=flight.began)
        seconds = answer.seconds_for(asked)
        if not asked.language and "accept-language" in answer.varies_on():
            self.languages = True
        elif not seconds and not _failed(answer):
            self._apart.add(asked.key)
        if not seconds:
            # The request lacked the first reader's cookies, so the response is not for that reader
            # either.
            return None
        page = KeptPage(answer, until=flight.began + seconds)
        if not answer.is_kept:
            return page
        wanted = flight.awaited or not flight.young
        await self._store.keep(asked, page, answer.shown, wanted)
        return page


def _failed(answer: Answer) -> bool:
    """Return whether the next request may well get another response."""
    return answer.status >= 500


def _serves(flight: Flight, before: int) -> bool:
    """Return whether another reader's response is as current as an own one would be.

    It is, if its request to Django began after this request arrived, and was answered soon.

    Args:
        before: how many flights had begun when this request arrived.
    """
    return flight.number > before and flight.young
