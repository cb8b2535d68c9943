"""What `stoppress doctor` says of feeds."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.models import SeenItem, Source
from stoppress.ingest.polling.health import SHOWN, complaints, remarks
from stoppress.live.clock import database_time

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


def test_a_feed_that_has_failed_for_days_is_named_with_the_reason() -> None:
    failing("The Wire", NOW - timedelta(days=2))
    assert list(complaints(NOW)) == [
        "The feed 'The Wire' has failed since 2026-11-20 09:00 UTC. "
        "The server answered 404 Not Found."
    ]


def test_an_ended_feed_is_named_at_once() -> None:
    source = failing("The Wire", NOW)
    Source.objects.filter(pk=source.pk).update(next_poll=None)
    assert len(list(complaints(NOW))) == 1


def test_only_the_first_of_many_feeds_are_named() -> None:
    for number in range(SHOWN + 3):
        failing(f"Wire {number}", NOW - timedelta(days=3))
    lines = list(complaints(NOW))
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "3 more feeds have failed for days; the admin lists them."


def read(title: str, silent: timedelta, gap: timedelta, entries: int = 12) -> None:
    """Make a feed with entries at equal gaps, which has been silent since the newest."""
    now = database_time()
    url = f"https://x.example/{title}"
    source = Source.objects.create(url=url, title=title, last_polled=now)
    dates = [now - silent - gap * number for number in range(entries)]
    SeenItem.objects.bulk_create(
        SeenItem(source=source, key=str(number), fingerprint={}, published=date)
        for number, date in enumerate([*dates, now + timedelta(days=9), None])
    )


def test_a_feed_is_quiet_after_ten_of_its_usual_gaps_and_a_fortnight() -> None:
    day = timedelta(days=1)
    read("Daily", 15 * day, day)
    read("Weekly", 71 * day, 7 * day)
    read("Hourly and resting", 13 * day, day / 24)
    read("Weekly and resting", 69 * day, 7 * day)
    read("Too young to tell", 71 * day, day, entries=10)
    read("With a wrong clock", 9999 * day, timedelta())
    Source.objects.filter(title="With a wrong clock").update(created=database_time() - day)
    read("Failing", 15 * day, day)
    Source.objects.filter(title="Failing").update(healthy=False)
    states = Source.objects.with_state().values_list("title", "state")
    named = ("Hourly and resting", "Weekly and resting", "Too young to tell", "With a wrong clock")
    fine = dict.fromkeys(named, "fine")
    assert dict(states) == fine | {"Daily": "quiet", "Weekly": "quiet", "Failing": "failing"}
    since = f"{database_time() - 71 * day:%Y-%m-%d}"
    weekly, daily = remarks()
    assert weekly.startswith(
        f"The feed 'Weekly' can be read and has had nothing new since {since}, much longer"
    )
    assert "'Daily'" in daily
