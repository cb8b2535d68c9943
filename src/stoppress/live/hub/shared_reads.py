"""Database reads on threads; equal reads at the same time are shared."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live import metrics
from stoppress.live.trouble import trouble

logger = logging.getLogger("stoppress.live")
Result = TypeVar("Result")

# Threads for the reads of one lane: a slow lane leaves threads to the others.
LANE_THREADS = 2


class SharedReads:
    """Runs database reads on threads, and equal reads of many readers only once."""

    def __init__(self, threads: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._connections: list[BaseDatabaseWrapper] = []
        self._threads = ThreadPoolExecutor(
            threads, thread_name_prefix="stoppress-reader", initializer=self._keep_connections
        )
        self._under_way: dict[object, asyncio.Task[Any]] = {}
        self._lanes: dict[str, asyncio.Semaphore] = {}

    async def run(self, read: Callable[..., Result], *arguments: object) -> Result:
        """Run a read that is not shared."""
        return await self._loop.run_in_executor(self._threads, read, *arguments)

    async def shared(
        self,
        kind: str,
        read: Callable[..., Result],
        *arguments: object,
        generation: int | None = None,
        lane: str | None = None,
    ) -> Result:
        """Run a read, or join an equal one that is already running.

        Args:
            kind: the name of the read in the metrics.
            generation: of the stream that is read; reads of different generations are not shared.
            lane: reads of one lane share few threads, and may wait for each other.
        """
        key = (kind, generation, *arguments)
        task: asyncio.Task[Result] | None = self._under_way.get(key)
        if task is None:
            metrics.READS.labels(kind).inc()
            task = self._loop.create_task(self._run_in(lane, read, *arguments))
            self._under_way[key] = task
            task.add_done_callback(partial(self._ended, key))
        # A caller that is cancelled must not cancel the read for the others.
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
        error = None if task.cancelled() else task.exception()
        # Logged once, however many callers wait.
        if error is not None and trouble.note(error) is None:
            logger.error("database read %s failed: %s", key, error, exc_info=error)

    def _keep_connections(self) -> None:
        """Record a thread's connections: Django closes connections only at a request's end."""
        for connection in connections.all():
            connection.inc_thread_sharing()
            self._connections.append(connection)

    async def close(self) -> None:
        """Wait for the running reads, then stop the threads and close their connections."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()
