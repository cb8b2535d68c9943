"""The background worker: timed work, webhooks, and the polls of feeds and other papers."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime

from django.db import close_old_connections, connections

from stoppress import live
from stoppress.ingest.papers.followings import Followings
from stoppress.ingest.polling.poller import Poller
from stoppress.live.clock import machine_clock
from stoppress.live.database import log_database
from stoppress.live.log.removing import Removed, remove_gone_heads
from stoppress.live.log.trimming import Step, trim_steps
from stoppress.live.log.wiping import wipe_soon
from stoppress.live.publishing.registry import is_gone
from stoppress.live.script_prefix import site_prefix
from stoppress.live.trouble import trouble
from stoppress.newsroom.auditing import forget_old_entries
from stoppress.newsroom.feeds.pings import HubPings
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    close_quiet,
    index_steps,
    lower_ranks,
    place_articles,
    publish_due,
    settle_ranks,
)
from stoppress.site.lock_waits import limit_lock_waits
from stoppress.site.signing_in.counting import forget_expired
from stoppress.site.web.metrics import BACKGROUND_WORKER
from stoppress.site.web.sessions import forget_expired_sessions
from stoppress.webhooks.dispatcher import Dispatcher
from stoppress.webhooks.forgetting import forget_old_deliveries

from .worker_lock import WorkerLock, worker_lock

logger = logging.getLogger("stoppress.site")

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_TRIMS = 300.0
# The seconds that one look may trim, about, so that a due article does not wait. The next look
# continues.
TRIM_SECONDS = 0.5
# The seconds that one look may spend on indexing for the search, about.
INDEX_SECONDS = 0.5
# If the machine's and the database's clock differ by more, one is wrong, and nobody knows which. A
# late article can be published later; a broken embargo cannot be mended.
MOST_SECONDS_APART = 60.0


class Worker(threading.Thread):
    """Looks for due work each second, while this process holds the background worker's lock."""

    def __init__(self) -> None:
        super().__init__(name="stoppress-worker", daemon=True)
        limit_lock_waits()
        self._ended = threading.Event()
        self._working = False
        self._refused = False
        self._failure: str | None = None
        self._next_trim = 0.0
        self._trim_steps: Iterator[Step] | None = None
        # Ranks of articles that a server of the previous release has changed since the last trim.
        self._settled = False
        self._index_steps: Iterator[int] = iter(())
        self._removals: Iterator[Removed] = iter(())
        self._hub_pings = HubPings()
        self._dispatcher: Dispatcher | None = None
        self._poller: Poller | None = None
        self._papers = Followings()

    def run(self) -> None:
        with site_prefix():
            self._run()

    def _run(self) -> None:
        lock = worker_lock()
        try:
            while not self._ended.is_set():
                try:
                    self._turn(lock)
                    self._log_failure(None)
                    trouble.end()
                except Exception as error:
                    # Nothing is lost: a due article is still due at the next look.
                    self._log_failure(error)
                self._ended.wait(SECONDS_BETWEEN_LOOKS)
        finally:
            # Stop before another process may begin: only one at a time sends webhooks.
            self._set_working(False)
            lock.release()
            connections.close_all()

    def end(self) -> None:
        """Let the thread end after its current look; a signal handler may call this once."""
        self._ended.set()

    def wait(self) -> None:
        """Wait until the thread was told to end, and a bounded time until it has."""
        while self.is_alive() and not self._ended.is_set():
            # Do not wait for the event: a signal handler that sets it could block on its lock.
            self.join(timeout=1.0)
        self.stop()

    def stop(self) -> None:
        """Stop the thread once its current look has ended."""
        self.end()
        if self.is_alive():
            self.join(timeout=10)

    def _turn(self, lock: WorkerLock) -> None:
        """Work by the database's time, unless this machine's clock contradicts it."""
        held = not self._refused and lock.acquire()
        if not (held or self._refused):
            self._set_working(False)
            return
        with live.reading():
            now = machine_clock.compare()
        self._refuse(abs(machine_clock.ahead) > MOST_SECONDS_APART)
        held = held and not self._refused
        try:
            self._set_working(held)
        except Exception:
            lock.release()  # another process may be able to start its threads
            raise
        if held:
            self._look(now)
        else:
            lock.release()  # let a machine work whose clock agrees

    def _refuse(self, refused: bool) -> None:
        """Log only the first of many refusals."""
        if refused and not self._refused:
            logger.error(
                "%s: no scheduled article is published here until they agree to %g s",
                str(machine_clock),  # its text now: a log may format it later
                MOST_SECONDS_APART,
            )
        self._refused = refused

    def _set_working(self, working: bool) -> None:
        if working != self._working:
            # Another process may have trimmed a moment ago, so do not trim at once.
            self._next_trim = time.monotonic() + SECONDS_BETWEEN_TRIMS
            self._trim_steps, self._settled = None, False
            self._hub_pings.forget()
            if working:
                self._begin()
            else:
                self._finish()
            self._working = working
            BACKGROUND_WORKER.set(working)
            logger.info("the background worker %s here", "works" if working else "ends")

    def _begin(self) -> None:
        """Start the threads that poll and send: all of them, or none."""
        try:
            self._poller = Poller()
            self._poller.start()
            self._dispatcher = Dispatcher()
            self._dispatcher.start()
        except Exception:
            self._finish()
            raise

    def _finish(self) -> None:
        """Stop the threads that poll, send and follow."""
        if self._poller is not None:
            self._poller.stop()
        if self._dispatcher is not None:
            self._dispatcher.stop()
        self._poller = self._dispatcher = None
        self._papers.end()

    def _log_failure(self, error: Exception | None) -> None:
        """Log only a change: the same failure may repeat each second for days."""
        if error and trouble.note(error):
            return
        words = repr(error) if error else None
        if words == self._failure:
            return
        self._failure = words
        if error:
            logger.error("the background worker failed; it tries again each second", exc_info=error)
        else:
            logger.info("the background worker works again")

    def _look(self, now: datetime) -> None:
        # On a connection that stays open: opening a new one costs more than the query.
        with live.reading():
            due = Article.objects.due(now).exists()
            outranked = Article.objects.outranked(now).exists()
            timed = Article.objects.going_on().timed().exists()
            without_place = Article.objects.without_place().exists()
            without_time = Article.objects.without_time().exists()
        try:
            if due:
                publish_due(now)
            if outranked:
                lower_ranks(now)
            if timed:
                close_quiet(now)
            if without_place or without_time:
                place_articles(now)
            if not self._settled:
                settle_ranks(now)
                self._settled, self._index_steps = True, index_steps()
            self._index()
            self._hub_pings.look()
            self._papers.look(now)
            if time.monotonic() >= self._next_trim:
                self._trim(now)
        finally:
            close_old_connections()

    def _index(self) -> None:
        end = time.monotonic() + INDEX_SECONDS
        while time.monotonic() < end and next(self._index_steps, None) is not None:
            pass

    def _trim(self, now: datetime) -> None:
        began, self._settled = time.monotonic(), False
        # If this trim fails, the next try is at this time.
        self._next_trim = began + SECONDS_BETWEEN_TRIMS
        steps, self._trim_steps = self._trim_steps or trim_steps(now), None
        forgetting = (
            *(forget_expired, forget_old_entries, forget_expired_sessions),
            forget_old_deliveries,
        )
        more = [forget(now) for forget in forgetting]
        for _ in steps:
            if time.monotonic() > began + TRIM_SECONDS:
                self._trim_steps = steps
                break
        else:
            # The remaining time is for heads of streams that are gone; some trims cover all heads.
            while time.monotonic() < began + TRIM_SECONDS:
                if next(self._removals, None) is None:
                    self._removals = remove_gone_heads(is_gone)
                    break
        wipe_soon(log_database())  # a killed process may have left withdrawn texts in the file
        if any(more) or self._trim_steps:
            self._next_trim = 0.0
