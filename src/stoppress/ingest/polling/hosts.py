"""Rules for the feeds of one host: one fetch at a time, and one `Retry-After` for all."""

from datetime import datetime, timedelta

from yarl import URL

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import FetchError, Outcome
from stoppress.outside.retry_after import seconds_asked

from .waits import ASKS, DAY


def host_of(url: str) -> str:
    """Return the host of an address in ASCII, as it is looked up; empty if it has none."""
    try:
        return (URL(url).raw_host or "").lower().removesuffix(".")
    except ValueError:
        return ""


def hold_back(source: Source, fetched: Outcome | None, now: datetime) -> None:
    """Delay the host's other feeds by its `Retry-After`, after an answer with status 429 or 503.

    They wait a day at most. They do not wait if the host has answered one of them well since
    `source` began to fail: then it refuses this feed only.

    Args:
        source: with the fields that `plan` has set.
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
    polled = Source.objects.polled().exclude(pk=source.pk)
    # Compared here: a database does not know that two spellings are one host.
    others = polled.filter(
        pk__in=[pk for pk, url in polled.values_list("pk", "url") if host_of(url) == host]
    )
    if others.filter(healthy=True, last_polled__gte=source.failing_since or now).exists():
        return
    others.filter(next_poll__lt=until).update(next_poll=until)
