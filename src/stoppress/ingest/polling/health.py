"""The problems of feeds, as lines for `stoppress doctor`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from stoppress.ingest.models import Source
from stoppress.live.shown_url import shown_url
from stoppress.newsroom.language import in_english

# A server may be down for a night. A longer failure is reported.
TOLERATED = timedelta(days=2)
# At most so many feeds are named one by one.
SHOWN = 20


def complaints(now: datetime) -> Iterator[str]:
    """Yield a line for each feed that has failed for days, or has ended (410 Gone).

    Args:
        now: the database's time.
    """
    failing = Source.objects.polled().filter(healthy=False)
    long = failing.filter(failing_since__lte=now - TOLERATED)
    troubled = (long | failing.filter(next_poll=None)).order_by("failing_since", "pk")
    with in_english():
        for source in troubled[:SHOWN]:
            yield (
                f"The feed {source.title or shown_url(source.url)!r} has failed since "
                f"{source.failing_since or source.last_polled or source.created:%Y-%m-%d %H:%M} "
                f"UTC. {source.outcome_in_words()}"
            )
    if (more := troubled.count() - SHOWN) > 0:
        yield f"{more} more feeds have failed for days; the admin lists them."


def remarks() -> Iterator[str]:
    """Yield a line for each feed that can be read but has had nothing new for very long."""
    quiet = Source.objects.polled().with_state().filter(state=Source.State.QUIET)
    for source in quiet.order_by("newest", "pk")[:SHOWN]:
        yield (
            f"The feed {source.title or shown_url(source.url)!r} can be read and has had nothing "
            f"new since {source.newest:%Y-%m-%d}, much longer than usual. It may have moved to "
            "another address."
        )
    if (more := quiet.count() - SHOWN) > 0:
        yield f"{more} more feeds have had nothing new for long; the admin lists them."
