"""The problems of webhooks, for `stoppress doctor`."""

from collections.abc import Iterator

from django.db.models import Q

from stoppress.newsroom.language import in_english

from .models import DISABLED_BY_HAND, Endpoint

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


def _last_words(endpoint: Endpoint) -> str:
    last = endpoint.last_failure()
    return last.why_in_words() if last else ""
