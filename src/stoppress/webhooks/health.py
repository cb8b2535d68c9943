"""The problems of webhooks, for `stoppress doctor` and the admin's notice."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from stoppress.live.log.history import read_head
from stoppress.live.models import LoggedEvent
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.newsroom.language import in_english

from .models import DISABLED_BY_HAND, Endpoint
from .stream import STREAM

# At most so many endpoints are named one by one.
SHOWN = 20


def complaints() -> Iterator[str]:
    """Yield a line for each endpoint that fails or was disabled because it failed."""
    troubled = Endpoint.objects.filter(Q(enabled=False) | Q(failures__gt=0))
    with in_english():
        for endpoint in troubled[:SHOWN]:
            if endpoint.enabled:
                yield (
                    f"The webhook {endpoint.name!r} has failed since "
                    f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC ({endpoint.failures} attempts). "
                    f"{_last_words(endpoint)}"
                )
            elif endpoint.note_in_words() != DISABLED_BY_HAND:
                yield (
                    f"The webhook {endpoint.name!r} is disabled: {endpoint.note_in_words()} Enable "
                    "it again in the admin once its receiver works."
                )
    if (more := troubled.count() - SHOWN) > 0:
        yield f"{more} more webhooks fail or are disabled; the admin lists them."


def overdue(before: datetime) -> int:
    """Return the number of enabled webhooks with a send or a retry that was due before a time."""
    due = Q(retry_at=None) | Q(retry_at__lte=before)
    head = str(read_head(STREAM).cursor)
    behind = Endpoint.objects.filter(due, enabled=True).exclude(cursor=head)
    return sum(_waited(endpoint, before) for endpoint in behind)


def _waited(endpoint: Endpoint, before: datetime) -> bool:
    """Return whether the next event is older than a time, or was deleted from the log."""
    cursor = parse_cursor(endpoint.cursor)
    if cursor is None:
        return True
    later = LoggedEvent.objects.filter(stream=STREAM, position__gt=cursor.position)
    time = later.order_by("position").values_list("time", flat=True).first()
    return time is None or time <= before


def _last_words(endpoint: Endpoint) -> str:
    last = endpoint.last_failure()
    return last.why_in_words() if last else ""
