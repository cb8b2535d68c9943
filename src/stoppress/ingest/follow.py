"""Follow a feed: poll it, and publish what is new."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Case, DateTimeField, F, Q, Value, When

from stoppress.live.clock import database_time
from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import Section
from stoppress.newsroom.phrase import Phrase
from stoppress.outside.rules import site_rules

from .fetch import fetch
from .files import read_file
from .intake import take_in
from .models import Source
from .outcome import FetchError, NotModified, Outcome
from .parse import NotAFeed
from .polling.hosts import hold_back
from .polling.plan import plan
from .report import Report
from .sandbox import read_safely
from .sanitize import clip
from .turn import NotNow, drop, prolong, turn

TITLE = 300
# Between two checks whether a fetch is to be cancelled.
SECONDS_BETWEEN_GLANCES = 0.2
# The fields that a poll saves; an editor may change the others during the poll.
LEARNT = (
    *("title", "etag", "last_modified", "last_polled", "last_outcome", "outcome", "healthy"),
    *("ttl", "failures", "failing_since"),
)
ENDED = Phrase(
    "The server answered 410 Gone: the feed has ended. It is polled again only if you ask for it."
)


class CannotFollow(Exception):
    """There is no feed at the address; the message says why."""

    def __init__(self, outcome: Phrase) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Ended(Exception):
    """A poll was told to end while it fetched, so it has changed nothing."""


@dataclass(frozen=True)
class Polled:
    """The result of a poll; there is a report if a feed was read.

    The outcome is English, and can be shown in another language.
    """

    healthy: bool
    outcome: Phrase
    report: Report | None = None


def follow(
    url: str, section: Section | None = None, *, local_files: bool = False
) -> tuple[Source, Polled]:
    """Add a source and poll it; if the source exists, only poll it.

    Args:
        url: the feed's address.
        section: the section of its stories from now on; None changes nothing.
        local_files: whether `file:` addresses are allowed. Only for users who may read the files of
            this machine.

    Raises:
        CannotFollow: the poll failed. A new source is then not kept.
    """
    source = Source.objects.filter(url=url).first() or Source(url=url)
    if source.kind != Source.Kind.FEED:
        raise CannotFollow(Phrase("This address is followed as a paper."))
    if section is not None:
        source.section = section
        Source.objects.filter(pk=source.pk).update(section=section)
    polled = poll(source, local_files=local_files)
    if not polled.healthy:
        raise CannotFollow(polled.outcome)
    return source, polled


def poll(
    source: Source,
    *,
    local_files: bool = False,
    planned: bool = False,
    ended: Event | None = None,
) -> Polled:
    """Poll a source once, publish what is new, and plan its next poll.

    An unsaved source is kept if its address has a feed. A new source also stays if its poll is
    killed. If another poll of the source is running, this one does nothing and returns an
    outcome that says so.

    Must not be called in a running event loop, since it runs its own.

    Args:
        local_files: as for `follow`.
        planned: the background worker polls. The source shows the outcome, so it is kept after any
            failure; it is polled only if it is still due.
        ended: when this event is set, a running fetch is cancelled.

    Raises:
        Ended: `ended` was set.
    """
    try:
        # The error messages of the newsroom are stored, so they are made in English.
        with in_english(), turn(source, planned=planned):
            look = _look_first if source.last_polled is None and not planned else _look
            return look(source, local_files, ended)
    except NotNow as error:
        return Polled(False, error.args[0])


def _look_first(source: Source, local_files: bool, ended: Event | None) -> Polled:
    """Poll a source for the first time, and delete it if there is no feed."""
    polled = None
    try:
        polled = _look(source, local_files, ended)
    finally:
        failed = polled is None or not polled.healthy
        if failed and not source.seen.exists():
            drop(source)
    return polled


def _look(source: Source, local_files: bool, ended: Event | None) -> Polled:
    fetched = _get(source, local_files, ended)
    if isinstance(fetched, NotModified):
        source.etag = fetched.etag or source.etag
        source.last_modified = fetched.last_modified or source.last_modified
        return _note(source, Polled(True, Phrase("not modified")), fetched)
    if isinstance(fetched, FetchError):
        gone = fetched.gone and source.last_polled is not None
        return _note(source, Polled(False, ENDED if gone else fetched.message), fetched)
    try:
        feed = read_safely(fetched.body, fetched.content_type, fetched.url)
    except NotAFeed as error:
        outcome = Phrase("Not a feed. %(why)s", why=error.args[0])
        return _note(source, Polled(False, outcome), fetched)
    source.title = clip(feed.title, TITLE) or source.title or urlsplit(source.url).netloc
    source.ttl = feed.ttl
    prolong(source)
    report = take_in(source, feed)
    if not report.failed:  # otherwise the next poll must get the document again
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
    return _note(source, Polled(True, report.phrase(), report), fetched)


def _get(source: Source, local_files: bool, ended: Event | None) -> Outcome:
    limits = site_rules()
    if local_files and source.is_file:
        return read_file(source.url, limits.max_bytes)
    fetching = fetch(source.url, etag=source.etag, last_modified=source.last_modified, rules=limits)
    return asyncio.run(fetching if ended is None else _unless(ended, fetching))


async def _unless(ended: Event, fetching: Coroutine[Any, Any, Outcome]) -> Outcome:
    task = asyncio.create_task(fetching)
    while not task.done():
        await asyncio.wait({task}, timeout=SECONDS_BETWEEN_GLANCES)
        if ended.is_set() and not task.done():
            task.cancel()
            raise Ended
    return task.result()


def note_fault(source: Source) -> None:
    """Save that a poll has failed because of our own error, which is in the log."""
    _note(source, Polled(False, Phrase("Internal error; it has been logged.")), None)


def _note(source: Source, polled: Polled, fetched: Outcome | None) -> Polled:
    """Save the result of a poll, and the time of the next one unless it was changed meanwhile."""
    now, due = database_time(), source.next_poll
    plan(source, fetched, polled.healthy, now)
    source.last_polled, source.last_outcome = now, str(polled.outcome)
    source.outcome = polled.outcome.packed()
    source.healthy = polled.healthy
    learnt = {name: getattr(source, name) for name in LEARNT}
    planned = Case(
        When(_next_poll_is(due), then=Value(source.next_poll, DateTimeField())),
        default=F("next_poll"),
    )
    Source.objects.filter(pk=source.pk).update(**learnt, next_poll=planned)
    hold_back(source, fetched, now)
    return polled


def _next_poll_is(time: datetime | None) -> Q:
    if time is None:
        return Q(next_poll=None)
    # SQLite compares times as texts, and its own clock writes fewer digits than ours.
    near = timedelta(milliseconds=1)
    return Q(next_poll__range=(time - near, time + near))
