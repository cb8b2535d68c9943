"""The work that waits while no background worker runs: one rule for the doctor and the admin."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

from stoppress.ingest import turn
from stoppress.ingest.models import Source
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from stoppress.webhooks.health import overdue as overdue_webhooks

from .worker_lock import is_held

# A restart with migrations takes a minute, and a lost machine's lock is free after 20 seconds.
OVERDUE = timedelta(minutes=2)


def unattended() -> str:
    """Return what has waited for `OVERDUE` while no process works, and what to do.

    Returns:
        Sentences in the active language; empty if a process works, or if nothing waits.

    Raises:
        DatabaseError: the database cannot be read.
    """
    if is_held():
        return ""
    waiting = ", ".join(_waiting(database_time() - OVERDUE))
    if not waiting:
        return ""
    return gettext(
        "No background worker runs, and there is work for it: %(waiting)s. Start "
        "“stoppress serve” without “--no-worker”, or “stoppress worker”. If one was "
        "started, its log says why it does not work."
    ) % {"waiting": waiting}


def _waiting(before: datetime) -> Iterator[str]:
    """Yield how much of each kind of work was due before a time."""
    if number := Article.objects.due(before).count():
        words = ngettext("%(number)d scheduled article", "%(number)d scheduled articles", number)
        yield words % {"number": number}
    feeds = Source.objects.polled().filter(turn.free(), next_poll__lte=before)
    if number := feeds.count():
        yield ngettext("%(number)d feed", "%(number)d feeds", number) % {"number": number}
    if number := overdue_webhooks(before):
        yield ngettext("%(number)d webhook", "%(number)d webhooks", number) % {"number": number}
    # A paper can publish at any time, so every followed paper counts as waiting.
    papers = Source.objects.filter(kind=Source.Kind.PAPER, created__lte=before)
    if number := papers.count():
        words = ngettext("%(number)d followed paper", "%(number)d followed papers", number)
        yield words % {"number": number}
