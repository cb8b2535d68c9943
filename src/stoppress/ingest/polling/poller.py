"""The thread that starts a poll of each feed that is due. Each poll runs in a separate thread.

A server that hangs delays only its own feeds, and takes one of the `POLLS_AT_ONCE` threads.
"""

import logging
import threading
import time
from importlib import import_module

from django.db import close_old_connections, connections

from stoppress import live
from stoppress.ingest import turn
from stoppress.ingest.models import Source
from stoppress.live.script_prefix import site_prefix
from stoppress.live.shown_url import shown_url
from stoppress.live.trouble import trouble, trouble_in
from stoppress.newsroom.language import in_english

from .hosts import host_of

logger = logging.getLogger("stoppress.ingest")

SECONDS_BETWEEN_LOOKS = 1.0
POLLS_AT_ONCE = 4
# Seconds from the end of one poll of a host to the start of the next.
HOST_PAUSE_SECONDS = 1.0
# Seconds until the next try after an error of ours or of the database.
REST_SECONDS = 60.0
# Seconds that `stop` waits for polls that parse or store a fetched document. A poll that takes
# longer goes on. If the process ends before the poll, the source can be polled again after its
# turn has expired.
STOP_SECONDS = 5.0


class Poller(threading.Thread):
    """Polls the feeds that are due, from `start` until `stop`."""

    def __init__(self) -> None:
        super().__init__(name="stoppress-polls", daemon=True)
        self._ended = threading.Event()
        self._polls: dict[int, Poll] = {}
        # The monotonic time until which a host or a source is not polled.
        self._host_rests: dict[str, float] = {}
        self._rests: dict[int, float] = {}
        self._failed = False

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._look()
                    self._log(None)
                except Exception as error:
                    self._log(error)
                finally:
                    close_old_connections()
                self._ended.wait(SECONDS_BETWEEN_LOOKS)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Start no more polls, cancel fetches, and wait up to `STOP_SECONDS` for the rest."""
        self._ended.set()
        until = time.monotonic() + STOP_SECONDS
        if self.is_alive():
            self.join(STOP_SECONDS)
        for poll in list(self._polls.values()):
            poll.join(max(0.0, until - time.monotonic()))

    def _look(self) -> None:
        """Start polls of feeds that are due, one at a time for each host."""
        self._forget_ended()
        if len(self._polls) >= POLLS_AT_ONCE:
            return
        busy = {poll.host for poll in self._polls.values()}
        now = time.monotonic()
        for pk, url in due():
            host = host_of(url)
            resting = max(self._rests.get(pk, now), self._host_rests.get(host, now)) > now
            if resting or host in busy or pk in self._polls or self._ended.is_set():
                continue
            busy.add(host)
            self._polls[pk] = Poll(pk, host, self._ended)
            self._polls[pk].start()
            if len(self._polls) >= POLLS_AT_ONCE:
                return

    def _forget_ended(self) -> None:
        now = time.monotonic()
        for pk, poll in list(self._polls.items()):
            if not poll.is_alive():
                del self._polls[pk]
                self._host_rests[poll.host] = poll.ended + HOST_PAUSE_SECONDS
                if poll.failed:
                    self._rests[pk] = poll.ended + REST_SECONDS
        self._rests = {pk: until for pk, until in self._rests.items() if until > now}
        self._host_rests = {host: until for host, until in self._host_rests.items() if until > now}

    def _log(self, error: Exception | None) -> None:
        """Log an error or its end once, because the same failure may repeat for days."""
        if error is None:
            if self._failed:
                logger.info("feeds are polled again")
        elif not trouble.note(error) and not self._failed:
            logger.error("feeds cannot be polled; trying again", exc_info=error)
        self._failed = error is not None


class Poll(threading.Thread):
    """Polls one source, if it is still due.

    Args:
        source: the id of the source.
        host: the host of the source's address.
        told_to_end: when this is set, a running fetch is cancelled.

    Attributes:
        ended: the monotonic time of the poll's end; 0 before.
        failed: whether the poll failed by an error of ours or of the database, not of the feed.
    """

    def __init__(self, source: int, host: str, told_to_end: threading.Event) -> None:
        super().__init__(name=f"stoppress-poll-{source}", daemon=True)
        self.host, self.ended, self.failed = host, 0.0, False
        self._pk, self._told_to_end = source, told_to_end

    def run(self) -> None:
        try:
            with site_prefix():
                self._poll()
        except Exception as error:
            self.failed = True
            if not trouble.note(error):
                logger.exception("feed %s: polling it failed", self._pk)
        finally:
            connections.close_all()
            self.ended = time.monotonic()

    def _poll(self) -> None:
        # Imported late: it loads the HTTP client and the feed parser, which only a site with feeds
        # needs.
        follow = import_module("stoppress.ingest.follow")
        source = Source.objects.polled().filter(pk=self._pk).first()
        if source is None:
            return
        before = source.failures
        try:
            follow.poll(source, planned=True, ended=self._told_to_end)
        except follow.Ended:
            return
        except Exception as error:
            if trouble_in(error) is None:
                follow.note_fault(source)
            raise
        if not before and source.failures:
            with in_english():
                url, why = shown_url(source.url), source.outcome_in_words()
                logger.warning("the feed %s fails: %s", url, why)
        elif before and not source.failures:
            logger.info("the feed %s can be read again", shown_url(source.url))


def due() -> list[tuple[int, str]]:
    """Return the id and address of each feed that is due, the longest overdue first."""
    with live.reading():
        rows = Source.objects.polled().filter(turn.free(), turn.due()).order_by("next_poll")
        return list(rows.values_list("pk", "url"))
