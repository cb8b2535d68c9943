"""The store of pages: what is current by all that the hub knows, and nothing else."""

import asyncio
import logging
from time import monotonic

from stoppress.live.delivery.feed import Feed
from stoppress.live.errors import LiveError
from stoppress.live.hub.hub import Hub, running_hub
from stoppress.live.protocol.cursor import Cursor

from .kept_page import KeptPage
from .recent import Recent
from .request import PageRequest
from .shelf import Shelf

logger = logging.getLogger("stoppress.live")

# Seconds for which a look at the log proves a page current. With the two seconds of the caches
# behind us a withdrawn text is gone in three, whatever fails.
PROVEN_SECONDS = 1.0
# Seconds that requests wait for a look, and then for Django instead; and that those whom Django
# has answered wait until the hub has caught up with it.
LOOK_SECONDS = 0.25
# Pages, and their bytes. Addresses with a query can be made up without end: they have a shelf of
# their own, so that a flood of them pushes out no page that readers have a link to.
ENDURING, MADE_UP = (1000, 24 * 1024 * 1024), (100, 8 * 1024 * 1024)
# Seconds within which a page must be asked for again where its streams are to be followed for it,
# and how many are remembered: a crawler that reads each page once has the hub follow nothing.
AGAIN_SECONDS, ASKED = 10.0, 1000


class PageStore:
    """Keeps pages on one event loop, for its hub to empty."""

    def __init__(self) -> None:
        self._shelves = {True: Shelf(*ENDURING), False: Shelf(*MADE_UP)}
        self._asked = Recent(AGAIN_SECONDS, ASKED)
        self._looking: asyncio.Task[bool] | None = None
        self._swept = 0.0
        self._closed = False

    def close(self) -> None:
        """Ask the hub for nothing any more: it is about to stop, and none must follow it."""
        self._closed = True

    async def current(self, asked: PageRequest) -> KeptPage | None:
        """Return a page that shows all that was committed and told of before the call."""
        page = None if self._closed else self._find(asked)
        if page is None or running_hub().watch.settled(monotonic() - PROVEN_SECONDS):
            return page
        # A wake-up has come that may be of this page, or none for long: a look decides.
        return self._find(asked) if await self._look() and not self._closed else None

    async def proves(self, page: KeptPage) -> bool:
        """Say whether a page shows all that was committed before the call, kept or not."""
        if self._closed or not page.stands(running_hub()):
            return False
        return await self._look() and not self._closed and page.stands(running_hub())

    def _find(self, asked: PageRequest) -> KeptPage | None:
        shelf = self._shelves[asked.enduring]
        page = shelf.get(asked.key)
        if page is not None and (page.until <= monotonic() or not page.stands(running_hub())):
            shelf.drop(asked.key)
            return None
        return page

    async def _look(self) -> bool:
        """Look at the log, from the call on; say whether that could be done in time."""
        before = self._looking
        if before is not None and not before.done():
            await asyncio.shield(before)
        if self._closed:
            return False
        if self._looking is None or self._looking.done():
            # One clock for all who wait: a crowd's would each have to be stopped.
            self._looking = asyncio.get_running_loop().create_task(_look_in_time(running_hub()))
        return await asyncio.shield(self._looking)

    async def keep(
        self, asked: PageRequest, page: KeptPage, shown: dict[str, Cursor], wanted: bool
    ) -> None:
        """Keep a page, if it shows all that the hub knows.

        Args:
            shown: the streams that it shows, and where it saw them.
            wanted: others ask for it at this moment.
        """
        if self._closed:
            return
        hub = running_hub()
        if not (wanted or asked.key in self._asked or shown.keys() <= hub.feeds.keys()):
            self._asked.note(asked.key)
            return
        feeds: list[tuple[Feed, Cursor]] = []
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                for name, cursor in shown.items():
                    # Asked for, it is looked at for longer than the page is kept.
                    feed = await hub.memory.feed(name)
                    await hub.watch.catch_up(feed, cursor)
                    feeds.append((feed, cursor))
        except (LiveError, TimeoutError):
            return  # it is given to those who wait, and to nobody after them
        except Exception:  # the page was rendered, and is given to who asked for it
            logger.exception("could not follow what a page shows")
            return
        page.stand_on(hub, feeds)
        now = monotonic()
        if now < page.until and page.stands(hub):
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
