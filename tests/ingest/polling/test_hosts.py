"""What the feeds of one host share."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.models import Source
from stoppress.ingest.outcome import FetchError
from stoppress.ingest.polling.hosts import hold_back, host_of
from stoppress.newsroom.phrase import Phrase

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("host", ["bücher.example", "BÜCHER.example.", "xn--bcher-kva.EXAMPLE"])
def test_a_host_is_the_same_however_it_is_written(host: str) -> None:
    assert host_of(f"https://{host}:8443/feed") == "xn--bcher-kva.example"


@pytest.mark.parametrize("url", ["https://[wire.example/", "https://wire.example:99999/", "", "x"])
def test_an_address_without_a_host_is_no_error(url: str) -> None:
    assert host_of(url) == ""


def polled(url: str, at: datetime | None, **fields: object) -> Source:
    return Source.objects.create(url=url, next_poll=at, **fields)


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
    asked = polled("https://büro.example/a", NOW)
    soon = polled("http://BÜRO.example:8080/b", NOW)
    later = polled("https://büro.example/c", NOW + 25 * HOUR)
    never = polled("https://büro.example/d", None)
    other = polled("https://news.büro.example/büro.example", NOW)
    hold_back(asked, fetched, NOW)
    after = dict(Source.objects.values_list("pk", "next_poll"))
    assert after == {
        asked.pk: NOW,  # `plan` sets it
        soon.pk: NOW + (waits or timedelta()),
        later.pk: NOW + 25 * HOUR,
        never.pk: None,
        other.pk: NOW,
    }


@pytest.mark.django_db
def test_a_host_that_refuses_one_feed_and_serves_others_holds_back_none_of_them() -> None:
    refused = polled("https://wire.example/a", NOW, failing_since=NOW - HOUR)
    served = polled("https://wire.example/b", NOW, last_polled=NOW - 2 * HOUR)
    hold_back(refused, refusal(429, "7200"), NOW)
    served.refresh_from_db()
    assert served.next_poll == NOW + 2 * HOUR  # not served since the first refusal
    Source.objects.filter(pk=served.pk).update(last_polled=NOW, next_poll=NOW)
    hold_back(refused, refusal(429, "7200"), NOW)
    served.refresh_from_db()
    assert served.next_poll == NOW
