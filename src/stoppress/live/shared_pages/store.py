"""The store of cached pages: it returns only pages that are current by all the hub knows."""

import asyncio
import logging
from time import monotonic

from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.errors import LiveError
from stoppress.live.hub.hub import Hub, running_hub
from stoppress.live.protocol.cursor import Cursor

from .kept_page import KeptPage
from .recent import Recent
from .request import PageRequest
from .shelf import Shelf

logger = logging.getLogger("stoppress.live")

# Seconds for which a look at the log proves a page current. With the two seconds of the caches
# behind us, a withdrawn text is gone in three, whatever fails.
PROVEN_SECONDS = 1.0
# Seconds that requests wait for a look before they ask Django instead; and that Django's response
# waits for the hub to catch up with it.
LOOK_SECONDS = 0.25
# Most pages, and their bytes. Addresses with a query can be made up without end: they have a shelf
# of their own, so that a flood of them displaces no page that readers have a link to.
ENDURING, MADE_UP = (1000, 24 * 1024 * 1024), (100, 8 * 1024 * 1024)
# A page is cached, and its streams followed, only if it is asked for again within so many seconds;
# and how many such requests are remembered. So a crawler that reads each page once makes the hub
# follow nothing.
AGAIN_SECONDS, ASKED = 10.0, 1000


class PageStore:
    """Keeps pages on one event loop; its hub's events make them outdated."""

    def __init__(self) -> None:
        self._shelves = {True: Shelf(*ENDURING), False: Shelf(*MADE_UP)}
        self._asked = Recent(AGAIN_SECONDS, ASKED)
        self._looking: asyncio.Task[bool] | None = None
        self._swept = 0.0
        self._closed = False

    def close(self) -> None:
        """Stop using the hub, which is about to stop: no request may start a new one."""
        self._closed = True

    async def current(self, asked: PageRequest) -> KeptPage | None:
        """Return a page that shows everything committed and announced before the call."""
        page = None if self._closed else self._find(asked)
        if page is None or running_hub().watch.settled(monotonic() - PROVEN_SECONDS):
            return page
        # A wake-up may concern this page, or there was no look for a while: a look decides.
        return self._find(asked) if await self._look() and not self._closed else None

    async def proves(self, page: KeptPage) -> bool:
        """Return whether a page shows everything committed before the call, cached or not."""
        if self._closed or not page.is_current(running_hub()):
            return False
        return await self._look() and not self._closed and page.is_current(running_hub())

    def _find(self, asked: PageRequest) -> KeptPage | None:
        shelf = self._shelves[asked.enduring]
        page = shelf.get(asked.key)
        if page is not None and (page.until <= monotonic() or not page.is_current(running_hub())):
            shelf.drop(asked.key)
            return None
        return page

    async def _look(self) -> bool:
        """Wait for a look that begins after the call; return whether it ended in time."""
        before = self._looking
        if before is not None and not before.done():
            await asyncio.shield(before)
        if self._closed:
            return False
        if self._looking is None or self._looking.done():
            # One timer for all waiting readers: each timer of a crowd would have to be cancelled.
            self._looking = asyncio.get_running_loop().create_task(_look_in_time(running_hub()))
        return await asyncio.shield(self._looking)

    async def keep(
        self, asked: PageRequest, page: KeptPage, shown: dict[str, Cursor], wanted: bool
    ) -> None:
        """Cache a page, if it shows everything that the hub knows.

        Args:
            shown: the streams that it shows, each with the cursor that was read.
            wanted: other readers ask for it right now.
        """
        if self._closed:
            return
        hub = running_hub()
        if not (wanted or asked.key in self._asked or shown.keys() <= hub.streams.keys()):
            self._asked.add(asked.key)
            return
        streams: list[tuple[OpenStream, Cursor]] = []
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                for name, cursor in shown.items():
                    # Once asked for, a stream is followed for longer than the page is cached.
                    stream = await hub.stream_cache.stream(name)
                    await hub.watch.catch_up(stream, cursor)
                    streams.append((stream, cursor))
        except (LiveError, TimeoutError):
            return  # waiting readers get the page, later ones do not
        except Exception:  # the page was rendered, and still goes to the reader that asked
            logger.exception("following the streams of a page failed")
            return
        page.depend_on(hub, streams)
        now = monotonic()
        if now < page.until and page.is_current(hub):
            self._sweep(now)
            self._shelves[asked.enduring].put(asked.key, page)

    def _sweep(self, now: float) -> None:
        if now - self._swept > PROVEN_SECONDS:
            self._swept = now
            for shelf in self._shelves.values():
                shelf.sweep(now)


async def _look_in_time(hub: Hub) -> bool:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await hub.watch.look()
    except Exception:  # the watch logs why; Django is asked instead
        return False
    return True
