"""A post of the supervisor's: a place that one process fills, and another after it."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

from .child import Child
from .lifeline import RETIRE
from .restarts import Restarts

logger = logging.getLogger("stoppress.site")

# Seconds for a process to load Django and to listen, on a machine that is busy.
READY_SECONDS = 60.0


class Post:
    """Keeps one process at its work: starts it, starts it anew, hands over to a new one."""

    def __init__(
        self, name: str, start: Callable[[], Awaitable[Child]], leave_seconds: float
    ) -> None:
        """
        Args:
            start: starts a process for this post.
            leave_seconds: what a process gets to leave in.
        """
        self.name = name
        self.child: Child | None = None
        self._start = start
        self._leave_seconds = leave_seconds
        self._restarts = Restarts()
        self._filling = asyncio.Lock()

    async def fill(self) -> bool:
        """Start a process and say whether it is at its work; one that is not has been ended."""
        child = await self._start()
        if await child.ready(READY_SECONDS):
            self.child = child
            return True
        status = await child.ended(1.0)
        what = f"took over {READY_SECONDS:g} s" if status is None else _how(status)
        child.kill()
        await child.ended()
        logger.error("%s (process %d) %s before it was ready", self.name, child.pid, what)
        return False

    async def keep(self) -> None:
        """Fill the post whenever its process dies, until cancelled."""
        while True:
            child = self.child
            assert child is not None, "a post is filled before it is kept"
            status = await child.ended()
            if child is self.child:
                await self._refill(child, status)

    async def hand_over(self) -> bool:
        """Put a new process beside the one here, and let that one leave once the new one works.

        Returns:
            False: the new one does not work, and the old one stays.
        """
        async with self._filling:
            old = self.child
            if not await self.fill():
                return False
        if old is None:
            return True
        old.tell(RETIRE)
        if await old.ended(self._leave_seconds) is None:
            logger.error("%s (process %d) did not leave in its time", self.name, old.pid)
            old.kill()
            await old.ended()
        return True

    async def _refill(self, died: Child, status: int | None) -> None:
        wait = self._restarts.wait_after(died.lived())
        logger.error(
            "%s (process %d) %s: another is started in %g s",
            self.name,
            died.pid,
            _how(status),
            wait,
        )
        await asyncio.sleep(wait)
        async with self._filling:
            # It may have been handed over meanwhile.
            while self.child is died and not await self.fill():
                wait = self._restarts.wait_after(0.0)
                logger.error("%s is started again in %g s", self.name, wait)
                await asyncio.sleep(wait)
            if self.child is not None:
                logger.info("%s works again (process %d)", self.name, self.child.pid)


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
