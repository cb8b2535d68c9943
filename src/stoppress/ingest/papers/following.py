"""Follow one paper: a thread that reads its wire and applies each event."""

import asyncio
import logging
import random
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from aiohttp import ClientSession
from django.db import DatabaseError, connections

from stoppress import live
from stoppress.ingest.models import Source
from stoppress.live.client import Follower, Refused
from stoppress.live.script_prefix import site_prefix
from stoppress.live.trouble import trouble
from stoppress.newsroom.phrase import Phrase
from stoppress.outside.http import NoAnswer, site_rules
from stoppress.outside.session import session

from .history import History
from .paper import WIRE, Paper, PaperError
from .reading import CursorMoved, Reading
from .refusals import refusal
from .tally import Tally
from .token_file import NoToken, read_token

logger = logging.getLogger("stoppress.ingest")

Result = TypeVar("Result")
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0
# A lost connection is reported after this many failed tries.
TRIES_BEFORE_REPORT = 2


class Ended(Exception):
    """The thread was told to end."""


class Following(threading.Thread):
    """Follows a paper until `end` is called or the source is deleted.

    Args:
        source: the number of the source.
    """

    def __init__(self, source: int) -> None:
        super().__init__(name=f"stoppress-paper-{source}", daemon=True)
        self._pk = source
        self._ended = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        # All database work is done in one thread, on one connection.
        self._work = ThreadPoolExecutor(1, thread_name_prefix=self.name)

    def run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass
        finally:
            self._work.submit(connections.close_all)
            self._work.shutdown()

    def end(self) -> None:
        """Let the thread end after the event that it is applying."""
        self._ended.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None and not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)

    async def _main(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        failures = 0
        while not self._ended.is_set():
            source: Source | None = None
            before = ""
            try:
                source = await self._do(self._load)
                if source is None:
                    return
                before = source.cursor
                await self._follow(source)
            except CursorMoved:
                # Two processes read the paper: pause, so that they do not flood it with requests.
                await asyncio.sleep(random.uniform(FIRST_WAIT / 2, FIRST_WAIT))
                continue
            except Ended:
                return
            except (Refused, NoToken, PaperError, ValueError) as error:
                self._say(refusal(error))
            except (live.LiveError, DatabaseError) as error:
                if not trouble.note(error):
                    logger.warning("paper %s: %s", self._pk, error)
            except Exception:
                logger.exception("paper %s: reading its wire failed", self._pk)
                self._say(Phrase("Internal error; it has been logged."))
            moved = source is not None and source.cursor != before
            failures = 1 if moved else failures + 1
            most = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
            await asyncio.sleep(random.uniform(most / 2, most))

    async def _do(self, work: Callable[..., Result], *given: Any) -> Result:
        def done() -> Result:
            with site_prefix():
                try:
                    return work(*given)
                except DatabaseError:
                    connections.close_all()
                    raise

        return await asyncio.get_running_loop().run_in_executor(self._work, done)

    def _load(self) -> Source | None:
        return Source.objects.filter(pk=self._pk, kind=Source.Kind.PAPER).first()

    async def _follow(self, source: Source) -> None:
        reading = Reading(source, self._pause)
        history = History(reading, Paper(source.url, lambda: read_token(source.token_file)))
        follower = Follower(
            source.url,
            {WIRE: source.cursor or None},
            Reports(lambda healthy, outcome: self._say(outcome, healthy), reading.tally),
            transport="http",
            token=lambda: read_token(source.token_file),
            open_session=guarded,
        )
        async with aclosing(follower.frames()) as frames:
            async for frame in frames:
                before = reading.tally.phrase()
                await self._do(apply, history, reading, frame)
                if (outcome := reading.tally.phrase()) != before:
                    self._say(outcome, True)

    def _pause(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise Ended

    def _say(self, outcome: Phrase, healthy: bool = False) -> None:
        """Store the outcome after the work that is already queued."""
        self._work.submit(_store, self._pk, outcome, healthy)


class Reports:
    """Turns the client's reports about its connection into outcomes of the source.

    Args:
        say: stores whether the source is healthy, and its outcome.
        tally: the counts so far.
    """

    def __init__(self, say: Callable[[bool, Phrase], None], tally: Tally) -> None:
        self._say, self._tally = say, tally
        self._failures = 0

    def __call__(self, line: str) -> None:
        why, failed, _ = line.partition("; trying again")
        if line == "connected":
            self._say(True, self._tally.phrase())
            self._failures = 0
        elif failed:
            self._failures += 1
            if self._failures >= TRIES_BEFORE_REPORT:
                self._say(False, Phrase("No connection: %(why)s", why=why[:300]))


def apply(history: History, reading: Reading, frame: dict[str, Any]) -> None:
    """Apply a frame of a paper's wire.

    Raises:
        CursorMoved, PaperError, LiveError, DatabaseError: the frame was not applied. Of a snapshot,
            a part may be applied, which the next try does not repeat.
    """
    if frame["type"] == "snapshot":
        history.take(frame)
    elif frame["type"] == "event":
        if frame["op"] == "put":
            history.bring_story_of(frame)
        reading.apply(frame)


def _store(pk: int, outcome: Phrase, healthy: bool) -> None:
    try:
        note(pk, outcome, healthy)
    except DatabaseError as error:
        connections.close_all()
        if not trouble.note(error):
            logger.warning("paper %s: its outcome could not be stored: %s", pk, error)


def note(pk: int, outcome: Phrase, healthy: bool) -> None:
    """Store the outcome of a source if it has changed."""
    rows = Source.objects.filter(pk=pk).exclude(last_outcome=str(outcome), healthy=healthy)
    rows.update(last_outcome=str(outcome), outcome=outcome.packed(), healthy=healthy)


@asynccontextmanager
async def guarded() -> AsyncIterator[ClientSession]:
    """Open a session that never reaches our own network, and raise its failures as OSError."""
    try:
        async with session(site_rules()) as opened:
            yield opened
    except NoAnswer as error:
        if isinstance(error.__cause__, TimeoutError):
            raise error.__cause__ from error
        raise OSError(str(error)) from error
