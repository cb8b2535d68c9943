"""The supervisor: runs several web workers on one socket, and one background worker."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from stoppress.site.serving import leaving
from stoppress.site.serving.listening import address_of, listen, port_of
from stoppress.site.serving.metrics_address import listen_for_metrics
from stoppress.site.serving.sudden_end import end_at_once_by_signal

from .child import Child
from .kept_process import KeptProcess
from .lifeline import LEAVE, NOW
from .shared_state import SharedState

logger = logging.getLogger("stoppress.site")

# Seconds after NOW until a process is killed. It ends itself within `AT_ONCE_SECONDS`, or as soon
# as a busy machine lets it.
KILL_SECONDS = 5.0
WEB, BACKGROUND = "stoppress.site.processes.web_worker", "stoppress.site.background.process"


class Supervisor:
    """Owns the sockets and the processes; serves no requests itself."""

    def __init__(
        self,
        listening: list[socket.socket],
        greeting: str,
        workers: int,
        background: bool,
        drain_seconds: float,
        data: Path,
    ) -> None:
        """
        Args:
            greeting: what is printed once the server is live.
            workers: the number of processes that serve.
            background: also start a background worker.
            drain_seconds: the window of an orderly shutdown.
            data: the data directory.
        """
        self._listening = listening
        self._greeting = greeting
        self._leave_seconds = (
            drain_seconds + leaving.LEAVE_SECONDS + leaving.LAST_SECONDS + leaving.AT_ONCE_SECONDS
        )
        # Twice the number: a new process works beside the one that it replaces.
        self._shared = SharedState(2 * (workers + background), data)
        self._children: set[Child] = set()
        self._kept_processes = [
            KeptProcess(f"worker {number}", self._start_web_worker, self._leave_seconds)
            for number in range(1, workers + 1)
        ]
        if background:
            self._kept_processes.append(
                KeptProcess(
                    "the background worker", self._start_background_worker, self._leave_seconds
                )
            )
        self._tasks: set[asyncio.Task[Any]] = set()
        self._end_watchers: set[asyncio.Task[None]] = set()
        self._begun = False
        self._leaving = asyncio.Event()
        self._at_once = asyncio.Event()
        self._replacing: asyncio.Task[Any] | None = None

    async def run(self) -> int:
        """Serve until SIGINT or SIGTERM; return the exit status."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave)
        loop.add_signal_handler(signal.SIGHUP, self._replace)
        try:
            begun = self._spawn(self._begin())
            leaving_begins = self._spawn(self._leaving.wait())
            await asyncio.wait({begun, leaving_begins}, return_when=asyncio.FIRST_COMPLETED)
            if begun.done() and not begun.result():
                return 1
            await leaving_begins
            return 0
        finally:
            await self._end_all()
            self._shared.remove()

    async def _begin(self) -> bool:
        """Start every process, then print the greeting; return False if one cannot be started."""
        filled = await asyncio.gather(*(kept.start() for kept in self._kept_processes))
        if not all(filled):
            logger.error("a process could not be started: the log above says why")
            return False
        self._begun = True
        for kept in self._kept_processes:
            self._spawn(self._keep(kept))
        print(self._greeting, flush=True)
        return True

    async def _keep(self, kept: KeptProcess) -> None:
        while True:
            try:
                await kept.keep()
            except Exception:
                logger.exception("%s: unexpected error in the supervisor; it continues", kept.name)
                await asyncio.sleep(1.0)

    def _leave(self) -> None:
        if self._leaving.is_set():
            self._at_once.set()
        self._leaving.set()

    def _replace(self) -> None:
        if self._leaving.is_set() or not self._begun:
            logger.warning("SIGHUP while the server starts or shuts down: nothing is replaced")
            return
        if self._replacing is not None and not self._replacing.done():
            logger.warning("SIGHUP: the workers are being replaced already")
            return
        self._replacing = self._spawn(self._replace_one_after_another())

    async def _replace_one_after_another(self) -> None:
        logger.info("replacing %d processes, one after another", len(self._kept_processes))
        for kept in self._kept_processes:
            if not await kept.hand_over():
                logger.error("replacing stops here: the processes after it are not replaced")
                return
            logger.info("%s was replaced", kept.name)

    async def _end_all(self) -> None:
        """Shut down all processes at the same time; kill those that do not end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for opened in self._listening:
            opened.close()
        for child in self._children:
            if child.is_ready():
                child.tell(LEAVE)
            else:
                child.kill()  # it has no readers, and obeys no command before Django is loaded
        hurry = asyncio.create_task(self._at_once.wait())
        gone = asyncio.create_task(self._all_gone())
        await asyncio.wait(
            {hurry, gone}, timeout=self._leave_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if not gone.done():
            self._tell(NOW)
            await asyncio.wait({gone}, timeout=KILL_SECONDS)
        for child in self._children:
            logger.error("process %d did not shut down in time: it is killed", child.pid)
            child.kill()
        hurry.cancel()
        await gone

    async def _all_gone(self) -> None:
        while self._end_watchers:
            await asyncio.wait(self._end_watchers)

    def _tell(self, word: str) -> None:
        for child in self._children:
            child.tell(word)

    async def _start_web_worker(self) -> Child:
        descriptors = [opened.fileno() for opened in self._listening]
        return await self._start(WEB, ["--listening", *map(str, descriptors)], descriptors)

    async def _start_background_worker(self) -> Child:
        return await self._start(BACKGROUND, [], [])

    async def _start(self, module: str, arguments: list[str], descriptors: list[int]) -> Child:
        slot = self._shared.take()
        arguments = [*arguments, *self._shared.arguments(slot)]
        descriptors = [*descriptors, self._shared.lock]
        environment = self._shared.environment
        try:
            child = await Child.start(module, arguments, descriptors, environment, slot)
        except BaseException:
            self._shared.give_back(slot)
            raise
        self._children.add(child)
        self._end_watchers.add(watcher := asyncio.create_task(self._watch_end(child)))
        watcher.add_done_callback(self._end_watchers.discard)
        return child

    async def _watch_end(self, child: Child) -> None:
        await child.ended()
        self._children.discard(child)
        self._shared.give_back(child.slot)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def supervise(
    host: str,
    port: int,
    workers: int,
    welcome: Callable[[int], str],
    background: bool,
    drain_seconds: float,
    data: Path,
) -> int:
    """Serve from several processes until SIGINT or SIGTERM; return the exit status.

    Args:
        welcome: given the port, returns lines that are printed after the address.

    Raises:
        CannotListen: it could not listen at the address.
    """
    listening = listen(host, port)
    listening += listen_for_metrics(listening)

    async def supervised() -> int:
        address = address_of(host, listening)
        greeting = f"Stop Press is live at {address}\n{welcome(port_of(listening))}"
        return await Supervisor(listening, greeting, workers, background, drain_seconds, data).run()

    try:
        return asyncio.run(supervised())
    finally:
        end_at_once_by_signal()  # the event loop has reset the signals
