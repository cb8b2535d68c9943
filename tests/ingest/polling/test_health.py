"""What `stoppress doctor` says of feeds."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.models import Source
from stoppress.ingest.polling.health import SHOWN, complaints

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def failing(title: str, since: datetime, **fields: object) -> Source:
    said = {"last_outcome": "The server answered 404 Not Found.", "failures": 9} | fields
    url = f"https://x.example/{title}"
    return Source.objects.create(
        url=url, title=title, healthy=False, failing_since=since, next_poll=NOW, **said
    )


def test_a_feed_that_works_or_fails_since_yesterday_is_no_trouble() -> None:
    Source.objects.create(url="https://x.example/feed")
    failing("The Wire", NOW - timedelta(hours=47))
    assert list(complaints(NOW)) == []


def test_one_that_has_failed_for_days_is_named_with_the_reason() -> None:
    failing("The Wire", NOW - timedelta(days=2))
    assert list(complaints(NOW)) == [
        "The feed 'The Wire' has failed since 2026-11-20 09:00 UTC. "
        "The server answered 404 Not Found."
    ]


def test_one_that_has_ended_is_named_at_once() -> None:
    source = failing("The Wire", NOW)
    Source.objects.filter(pk=source.pk).update(next_poll=None)
    assert len(list(complaints(NOW))) == 1


def test_of_many_the_first_are_named() -> None:
    for number in range(SHOWN + 3):
        failing(f"Wire {number}", NOW - timedelta(days=3))
    lines = list(complaints(NOW))
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "3 more feeds have failed for days; the admin lists them."
