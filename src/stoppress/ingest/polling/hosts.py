"""What the feeds of one host share: it is asked for one at a time, and its wish to rest counts."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import FetchError, Outcome
from stoppress.outside.retry_after import seconds_asked

from .waits import ASKS, DAY


def host_of(url: str) -> str:
    """Return the host of an address, which is asked for one document at a time."""
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def hold_back(source: Source, fetched: Outcome | None, now: datetime) -> None:
    """Let the other feeds of a host wait as long as it has asked for: 429 or 503, `Retry-After`.

    They wait a day at most: a host with the feeds of many may mean this one alone.

    Args:
        fetched: the outcome of the fetch of `source`. A redirect may have led to another host.
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
