"""One worker of the supervisor: a process that is kept running, restarted and replaced."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from .backoff import Backoff
from .child import Child
from .lifeline import RETIRE

logger = logging.getLogger("stoppress.site")

# Seconds in which a process must load Django and listen, on a busy machine.
READY_SECONDS = 60.0
# Seconds that a new process works beside the old one before the old one disconnects its readers: a
# fault in a build often shows only under load.
SETTLE_SECONDS = 3.0


class KeptProcess:
    """Keeps one process running: starts it, restarts it, and replaces it by a new one."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[Child]],
        leave_seconds: float,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        """
        Args:
            start: starts a child process.
            leave_seconds: the longest that a process may take to shut down.
            settle_seconds: how long a new process must live before the old one shuts down.
        """
        self.name = name
        self.child: Child | None = None
        self._start = start
        self._leave_seconds = leave_seconds
        self._settle_seconds = settle_seconds
        self._backoff = Backoff()
        self._starting = asyncio.Lock()
        self._handed_over = asyncio.Event()

    async def start(self) -> bool:
        """Start a process and return whether it became ready; if it did not, it has been killed."""
        child = await self._bring()
        if child is None:
            return False
        self.child = child
        return True

    async def keep(self) -> None:
        """Restart the process whenever it dies, until cancelled."""
        while True:
            self._handed_over.clear()
            child = self.child
            assert child is not None, "a process is started before it is kept"
            await self._until_handed_over_or(child.ended())
            if child is self.child and child.has_ended():
                await self._restart(child)

    async def hand_over(self) -> bool:
        """Start a new process beside the old one; shut the old one down once the new one works.

        Returns:
            False if the new process did not work, in which case the old one stays, or if the new
            process ended while the old one shut down.
        """
        # The operator asks for this, so the cause of earlier failures may be repaired.
        self._backoff.reset()
        async with self._starting:
            old, new = self.child, await self._bring()
            if new is not None and await new.ended(self._settle_seconds) is None:
                self.child = new
        # Whatever the outcome: end the wait of a restart for its back-off.
        self._handed_over.set()
        if new is None or new is not self.child:
            if new is not None:
                logger.error("%s %s soon after it was ready", self._named(new), await _how(new))
            logger.error("%s was not replaced", self.name)
            return False
        if old is not None:
            await self._see_off(old)
        if new.has_ended():
            logger.error("%s did not keep running: %s", self._named(new), await _how(new))
            return False
        return True

    async def _bring(self) -> Child | None:
        """Start a process and return it once it is ready; None if it does not become ready."""
        try:
            child = await self._start()
        except (OSError, RuntimeError) as error:
            logger.error("%s cannot be started: %s", self.name, error)
            return None
        if await child.ready(READY_SECONDS):
            return child
        took_too_long = await child.ended(1.0) is None
        child.kill()
        failure = f"took over {READY_SECONDS:g} s" if took_too_long else await _how(child)
        await child.ended()
        logger.error("%s %s before it was ready", self._named(child), failure)
        return None

    async def _restart(self, died: Child) -> None:
        wait = self._backoff.wait_after(died.lived())
        ending = await _how(died)
        logger.error("%s %s: restart in %g s", self._named(died), ending, wait)
        while True:
            # Not under the lock: a hand-over must not wait for this back-off, and ends it.
            await self._until_handed_over_or(asyncio.sleep(wait))
            async with self._starting:
                if self.child is not died:
                    return
                self._handed_over.clear()
                if await self.start():
                    logger.info("%s works again", self._named(self.child))
                    return
            wait = self._backoff.wait_after(0.0)
            logger.error("%s: next restart in %g s", self.name, wait)

    async def _see_off(self, old: Child) -> None:
        old.tell(RETIRE)
        if await old.ended(self._leave_seconds) is None:
            logger.error("%s did not shut down in time: it is killed", self._named(old))
            old.kill()
            await old.ended()

    async def _until_handed_over_or(self, other: Awaitable[object]) -> None:
        waits = [asyncio.ensure_future(other), asyncio.ensure_future(self._handed_over.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _named(self, child: Child) -> str:
        return f"{self.name} (process {child.pid})"


async def _how(child: Child) -> str:
    """Return in words how an ended process ended."""
    status = await child.ended()
    if status is not None and status < 0:
        return f"was killed by {_signal(-status)}"
    return f"ended with status {status}"


def _signal(number: int) -> str:
    with suppress(ValueError):  # a real-time signal has no name
        return signal.Signals(number).name
    return f"signal {number}"
