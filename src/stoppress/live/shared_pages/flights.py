"""Flights: requests to Django, one at a time for all who ask for the same."""

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

# Seconds that requests wait for what Django answers another; then the next of them asks.
WAIT_SECONDS = 5.0
# How often one waits, where what came was not for it.
ROUNDS = 3
# Seconds for which an address is left to Django whose answer could not be shared, and how many.
APART_SECONDS, APART = 2.0, 1000

_SHARED = metrics.PAGES.labels("shared")
_RENDERED = metrics.PAGES.labels("django")


class Flights:
    """Asks Django for pages.

    Attributes:
        languages: answers vary on Accept-Language.
    """

    def __init__(self, http: Application, store: PageStore) -> None:
        self._http = http
        self._store = store
        self._flights: dict[Key, Flight] = {}
        self._tasks: set[asyncio.Task[KeptPage | None]] = set()
        self._begun = 0
        self._apart = Recent(APART_SECONDS, APART)
        # It can be learnt too, from the first answer that says so.
        self.languages = any(name.endswith(".LocaleMiddleware") for name in settings.MIDDLEWARE)

    async def share(self, scope: Any, read: QueryRead) -> KeptPage | None:
        """Return what Django answers this request, or another that asks for the same.

        None where this reader has to ask alone.

        Args:
            read: what of its query the page reads.
        """
        before = self._begun
        for _ in range(ROUNDS):
            # Anew: what answers vary on may have been learnt from the last one.
            asked = read_request(scope, self.languages, read)
            if asked is None or asked.key in self._apart:
                break
            flight = self._flights.get(asked.key)
            if flight is None:
                flight = self._flights[asked.key] = self._next()
                # Whoever leaves while Django answers must not take it from the others.
                page = await asyncio.shield(self._begin(flight, asked, scope))
                if page is not None and (flight.young or await self._store.proves(page)):
                    return page
                if not asked.language and self.languages:
                    continue
                break
            page = await flight.wait()
            if page is None or not _serves(flight, before):
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
        # The loop itself does not hold on to it, and whoever it began for may have left.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _fly(self, flight: Flight, asked: PageRequest, scope: Any) -> KeptPage | None:
        loop = asyncio.get_running_loop()
        # One clock for all who wait: a crowd's would each have to be stopped.
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
        seconds = answer.seconds_for(asked)
        if not asked.language and "accept-language" in answer.varies_on():
            self.languages = True
        elif not seconds and not _failed(answer):
            self._apart.note(asked.key)
        if not seconds:
            # It was asked without what is one reader's own: it is no answer to that one either.
            return None
        page = KeptPage(answer, until=flight.began + seconds)
        if not answer.is_kept:
            return page
        wanted = flight.awaited or not flight.young
        await self._store.keep(asked, page, answer.shown, wanted)
        return page


def _failed(answer: Answer) -> bool:
    """Say whether the next who asks may well be answered otherwise."""
    return answer.status >= 500


def _serves(flight: Flight, before: int) -> bool:
    """Say whether what another was answered is as good as an answer of one's own.

    It is where Django was asked after this request had come, and has answered soon: what
    happened since then would be in neither.

    Args:
        before: flights that had begun when this request came.
    """
    return flight.number > before and flight.young
