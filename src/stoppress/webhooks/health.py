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
    """Return the number of webhooks that had something to send before a time.

    These are events, retries and resets after a restore, for enabled webhooks only; and test
    messages.
    """
    due = Q(retry_at=None) | Q(retry_at__lte=before)
    head = str(read_head(STREAM).cursor)
    behind = ~Q(cursor=head) | Q(history_changed__lte=before)
    asked = Q(test_asked__lte=before)
    endpoints = Endpoint.objects.filter(asked | Q(behind & due, enabled=True))
    return sum(_waited(endpoint, before) for endpoint in endpoints)


def _waited(endpoint: Endpoint, before: datetime) -> bool:
    """Return whether the next message is older than a time, or its event is not in the log."""
    since = (endpoint.test_asked, endpoint.history_changed)
    if any(time is not None and time <= before for time in since):
        return True
    cursor = parse_cursor(endpoint.cursor)
    if cursor is None:
        return True
    later = LoggedEvent.objects.filter(stream=STREAM, position__gt=cursor.position)
    time = later.order_by("position").values_list("time", flat=True).first()
    return time is None or time <= before


def _last_words(endpoint: Endpoint) -> str:
    last = endpoint.last_failure()
    return last.why_in_words() if last else ""
