"""Reads of the database, on threads, each shared by all who ask for the same meanwhile."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from stoppress.live import metrics

logger = logging.getLogger("stoppress.live")
Result = TypeVar("Result")

# Threads that reads of one lane have at most: what is slow there leaves the others theirs.
LANE_THREADS = 2


class SharedReads:
    """Keeps the event loop free of the database, and the database free of a reader's herd."""

    def __init__(self, threads: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="stoppress-reader")
        self._under_way: dict[object, asyncio.Task[Any]] = {}
        self._lanes: dict[str, asyncio.Semaphore] = {}

    async def run(self, read: Callable[..., Result], *arguments: object) -> Result:
        """Return what a read of one's own gives."""
        return await self._loop.run_in_executor(self._threads, read, *arguments)

    async def shared(
        self,
        kind: str,
        read: Callable[..., Result],
        *arguments: object,
        generation: int | None = None,
        lane: str | None = None,
    ) -> Result:
        """Return what a read gives that every caller who wants the same shares.

        Args:
            kind: what it is called in the metrics.
            generation: of the feed that it is for; callers of another one do not share it.
            lane: what it may have to wait for others of.
        """
        key = (kind, generation, *arguments)
        task: asyncio.Task[Result] | None = self._under_way.get(key)
        if task is None:
            metrics.READS.labels(kind).inc()
            task = self._loop.create_task(self._run_in(lane, read, *arguments))
            self._under_way[key] = task
            task.add_done_callback(partial(self._ended, key))
        # Whoever leaves while it is read must not take it from the others.
        return await asyncio.shield(task)

    async def _run_in(
        self, lane: str | None, read: Callable[..., Result], *arguments: object
    ) -> Result:
        if lane is None:
            return await self.run(read, *arguments)
        async with self._lanes.setdefault(lane, asyncio.Semaphore(LANE_THREADS)):
            return await self.run(read, *arguments)

    def _ended(self, key: object, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            # Once, however many wait for it.
            logger.error("could not read %s: %s", key, error, exc_info=error)

    async def close(self) -> None:
        """End the threads, after the reads that are under way."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown)
