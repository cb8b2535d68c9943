"""What the feeds of one host share."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import FetchError
from stoppress.ingest.polling.hosts import hold_back, host_of
from stoppress.newsroom.phrase import Phrase

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("host", ["wire.example", "WIRE.example", "wire.example."])
def test_a_host_is_the_same_however_it_is_written(host: str) -> None:
    assert host_of(f"https://{host}:8443/feed") == "wire.example"


def refusal(status: int, retry_after: str, *, redirected: bool = False) -> FetchError:
    return FetchError(Phrase("Not now."), status, retry_after, redirected=redirected)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fetched", "waits"),
    [
        (refusal(503, "7200"), 2 * HOUR),
        (refusal(429, "Sun, 22 Nov 2026 11:00:00 GMT"), 2 * HOUR),
        (refusal(429, "2678400"), 24 * HOUR),
        (refusal(429, ""), None),
        (refusal(500, "7200"), None),
        (refusal(503, "7200", redirected=True), None),
        (None, None),
    ],
)
def test_the_other_feeds_of_a_host_wait_as_long_as_it_asks_for(
    fetched: FetchError | None, waits: timedelta | None
) -> None:
    def polled(url: str, at: datetime | None) -> Source:
        return Source.objects.create(url=url, next_poll=at)

    asked = polled("https://wire.example/a", NOW)
    soon = polled("https://WIRE.example/b", NOW)
    later = polled("https://wire.example/c", NOW + 25 * HOUR)
    never = polled("https://wire.example/d", None)
    other = polled("https://news.wire.example/wire.example", NOW)
    hold_back(asked, fetched, NOW)
    after = dict(Source.objects.values_list("pk", "next_poll"))
    assert after == {
        asked.pk: NOW,  # `plan` sets it
        soon.pk: NOW + (waits or timedelta()),
        later.pk: NOW + 25 * HOUR,
        never.pk: None,
        other.pk: NOW,
    }
