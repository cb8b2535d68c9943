"""Rules for the feeds of one host: one fetch at a time, and one `Retry-After` for all."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import FetchError, Outcome
from stoppress.outside.retry_after import seconds_asked

from .waits import ASKS, DAY


def host_of(url: str) -> str:
    """Return the host of an address; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def hold_back(source: Source, fetched: Outcome | None, now: datetime) -> None:
    """Delay the host's other feeds by its `Retry-After`, after an answer with status 429 or 503.

    They wait a day at most: a host with the feeds of many sites may mean this feed only.

    Args:
        fetched: the outcome of the fetch of `source`. After a redirect nothing is delayed: the
            answer may be from another host.
        now: the database's time.
    """
    if not isinstance(fetched, FetchError) or fetched.redirected or fetched.status not in ASKS:
        return
    asked = seconds_asked(fetched.retry_after, now)
    if asked is None or asked <= 0:
        return
    host, until = host_of(source.url), now + timedelta(seconds=min(asked, DAY))
    sooner = Source.objects.polled().exclude(pk=source.pk).filter(next_poll__lt=until)
    rows = sooner.filter(url__icontains=host).values_list("pk", "url")
    sooner.filter(pk__in=[pk for pk, url in rows if host_of(url) == host]).update(next_poll=until)
