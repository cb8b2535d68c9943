"""The thread that sends messages, with one task for each endpoint that is due.

A receiver that hangs blocks only its own task. All tasks use the database through one thread.
"""

import asyncio
import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections, connections
from django.db.models import Q

from stoppress import live
from stoppress.live.clock import machine_clock
from stoppress.live.log.history import read_head
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.trouble import trouble
from stoppress.outside.rules import site_rules

from .attempt import attempt
from .message import trial_message
from .metrics import BEHIND, FAILING
from .models import Delivery, Endpoint
from .next_step import Lost, Pass, Send, Step, next_step
from .recording import record_delivered, record_failed, record_lost, record_pass, record_trial
from .stream import STREAM

logger = logging.getLogger("stoppress.webhooks")

SECONDS_BETWEEN_LOOKS = 0.25
# Seconds between two looks while there is no endpoint.
SECONDS_BETWEEN_IDLE_LOOKS = 1.0
# Seconds that `stop` waits. A message whose sending is cut off is sent again with the same id.
STOP_SECONDS = 10.0
# Seconds until the next try after an error of ours or of the database.
REST_SECONDS = 10.0
# Threads that look up host names, so that one slow lookup does not block the others.
LOOKUPS = 64

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Look:
    """The state of the database at one look."""

    endpoints: list[Endpoint]
    head: Cursor


class Dispatcher(threading.Thread):
    """Sends messages to all endpoints, from `start` until `stop`."""

    def __init__(self) -> None:
        super().__init__(name="stoppress-webhooks", daemon=True)
        self._ended = threading.Event()
        self._database = ThreadPoolExecutor(1, "stoppress-webhooks-database")
        self._tasks: dict[int, asyncio.Task[None]] = {}
        # The cursor of the last event that this process has delivered, by endpoint.
        self._reached: dict[int, Cursor] = {}
        # When, by the loop's clock, an endpoint is tried again after an error.
        self._rests: dict[int, float] = {}
        self._failed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()

    def run(self) -> None:
        asyncio.run(self._run())

    def stop(self) -> None:
        """Stop sending."""
        self._ended.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._wake.set)
        if self.is_alive():
            self.join(timeout=STOP_SECONDS)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(LOOKUPS))
        try:
            while not self._ended.is_set():
                seconds = await self._turn()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), seconds)
        finally:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            forget_measures()  # another process may send from now on
            await self._ask(connections.close_all)
            self._database.shutdown()

    async def _turn(self) -> float:
        """Start a task for each endpoint that is due and has none yet.

        Returns:
            The seconds until the next turn.
        """
        try:
            look = await self._ask(_look)
        except Exception as error:
            self._log(error)
            return SECONDS_BETWEEN_IDLE_LOOKS
        self._log(None)
        now = _now()
        measure(look)
        for endpoint in look.endpoints:
            running = self._tasks.get(endpoint.pk)
            resting = self._rests.get(endpoint.pk, 0.0) > asyncio.get_running_loop().time()
            if resting or (running is not None and not running.done()):
                continue
            if endpoint.test_asked is not None:
                self._begin(endpoint, self._try_out(endpoint))
            elif is_due(endpoint, look.head, now):
                self._begin(endpoint, self._deliver(endpoint.pk))
        known = {endpoint.pk for endpoint in look.endpoints}
        for pk in [pk for pk, task in self._tasks.items() if task.done() and pk not in known]:
            del self._tasks[pk]
        return SECONDS_BETWEEN_LOOKS if look.endpoints else SECONDS_BETWEEN_IDLE_LOOKS

    def _begin(self, endpoint: Endpoint, work: Any) -> None:
        self._tasks[endpoint.pk] = asyncio.create_task(self._guarded(endpoint, work))

    async def _guarded(self, endpoint: Endpoint, work: Any) -> None:
        """Await some work. If it fails, the next try comes after `REST_SECONDS`."""
        try:
            await work
        except Exception as error:
            self._rests[endpoint.pk] = asyncio.get_running_loop().time() + REST_SECONDS
            if not trouble.note(error):
                logger.exception("the webhook %r: sending failed", endpoint.name)

    async def _deliver(self, pk: int) -> None:
        """Send one message after another, until none is left or an attempt fails."""
        while not self._ended.is_set():
            endpoint, step = await self._ask(partial(_take, pk))
            if endpoint is None:
                return
            if self._has_gone_back(endpoint):
                step = Lost()
            match step:
                case Send(message=message):
                    made = await attempt(endpoint, message, _now(), site_rules())
                    if made.result is not Delivery.Result.DELIVERED:
                        failed = partial(record_failed, endpoint, step, made, _now(), random.random)
                        await self._ask(failed)
                        return
                    if await self._ask(partial(record_delivered, endpoint, step, made, _now())):
                        self._reached[pk] = step.cursor
                case Pass():
                    await self._ask(partial(record_pass, endpoint, step))
                case Lost():
                    await self._ask(partial(record_lost, endpoint, _now()))
                case _:
                    return

    def _has_gone_back(self, endpoint: Endpoint) -> bool:
        """Return whether the cursor is before the last event that this process has delivered.

        Then another program has restored a backup. Its cursor alone shows nothing, because it is
        in the backup's own log.
        """
        if endpoint.history_changed is not None:
            # `_reached` belongs to the earlier history. An editor may have skipped the reset
            # message, which would otherwise be sent again.
            self._reached.pop(endpoint.pk, None)
        cursor, reached = parse_cursor(endpoint.cursor), self._reached.get(endpoint.pk)
        if cursor is None or reached is None:
            return False
        return cursor.position < reached.position

    async def _try_out(self, endpoint: Endpoint) -> None:
        if endpoint.test_asked is not None:
            message = trial_message(endpoint.test_asked)
            made = await attempt(endpoint, message, _now(), site_rules())
            await self._ask(partial(record_trial, endpoint, message, made, _now()))

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Run a query in the thread that has the database connection."""

        def ask() -> Answer:
            try:
                return question()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._database, ask)

    def _log(self, error: Exception | None) -> None:
        """Log an error or its end once, because the same failure may repeat for days."""
        if error is None:
            if self._failed:
                logger.info("webhooks can be sent again")
        elif not trouble.note(error) and not self._failed:
            logger.error("webhooks cannot be sent; trying again", exc_info=error)
        self._failed = error is not None


def is_due(endpoint: Endpoint, head: Cursor, now: datetime) -> bool:
    """Return whether an endpoint may have something to get now."""
    waits = endpoint.retry_at is not None and now < endpoint.retry_at
    behind = endpoint.cursor != str(head) or endpoint.history_changed is not None
    return endpoint.enabled and behind and not waits


def measure(look: Look) -> None:
    """Set the metrics."""
    enabled = [each for each in look.endpoints if each.enabled]
    FAILING.set(sum(1 for each in enabled if each.failures))
    cursors = [parse_cursor(each.cursor) for each in enabled]
    behind = [look.head.position - cursor.position for cursor in cursors if cursor]
    BEHIND.set(max([0, *behind]))


def forget_measures() -> None:
    """Unset the metrics: this process does not send, and sees nothing."""
    FAILING.set(0)
    BEHIND.set(0)


def _look() -> Look:
    with live.reading():
        rows = Endpoint.objects.filter(Q(enabled=True) | Q(test_asked__isnull=False))
        return Look(list(rows), read_head(STREAM).cursor)


def _take(pk: int) -> tuple[Endpoint, Step] | tuple[None, None]:
    """Return an endpoint's present row and its next step; None if nothing is to be sent."""
    endpoint = Endpoint.objects.filter(pk=pk, enabled=True).first()
    if endpoint is None or endpoint.test_asked is not None:
        return None, None
    return endpoint, next_step(endpoint, _now())


def _now() -> datetime:
    """Return an estimate of the database's time, good enough for durations and signatures."""
    return datetime.fromtimestamp(machine_clock.seconds(), UTC)
