"""Times in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from stoppress.newsroom.times import day, in_full_words, in_words, time_of_day

NINE = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "short", "full"),
    [
        ("UTC", "en-gb", "30 Nov 2026, 13:05 UTC", "30 November 2026, 13:05 UTC"),
        ("America/New_York", "en-gb", "30 Nov 2026, 08:05 EST", "30 November 2026, 08:05 EST"),
        ("Asia/Kathmandu", "en-gb", "30 Nov 2026, 18:50 UTC+5:45", None),
        ("America/Sao_Paulo", "en-gb", "30 Nov 2026, 10:05 UTC−3", None),
        ("Europe/Berlin", "de", *["30. November 2026, 14:05 Uhr MEZ"] * 2),
        ("Asia/Kathmandu", "de", "30. November 2026, 18:50 Uhr UTC+5:45", None),
    ],
)
def test_a_time_has_the_format_of_the_language_and_names_its_zone(zone, language, short, full):
    with timezone.override(zone), translation.override(language):
        assert in_words(NINE) == in_words(NINE.isoformat()) == short
        assert full is None or in_full_words(NINE) == full


def test_both_times_of_a_repeated_hour_differ():
    with timezone.override("Europe/Berlin"), translation.override("en-gb"):
        told = [in_words(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]
    assert told == ["25 Oct 2026, 02:30 CEST", "25 Oct 2026, 02:30 CET"]


def test_both_times_of_a_repeated_hour_given_in_the_zone_differ():
    berlin = ZoneInfo("Europe/Berlin")
    with timezone.override(berlin), translation.override("en-gb"):
        told = [in_words(datetime(2026, 10, 25, 2, 30, fold=f, tzinfo=berlin)) for f in (0, 1)]
    assert told == ["25 Oct 2026, 02:30 CEST", "25 Oct 2026, 02:30 CET"]


def test_a_time_beyond_the_calendar_of_the_zone_is_in_utc():
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    with timezone.override("Europe/Berlin"), translation.override("en-gb"):
        assert in_words(last) == "31 Dec 9999, 23:59 UTC"


@pytest.mark.parametrize(
    ("language", "zone", "time", "date"),
    [
        ("en", "Europe/Berlin", "00:30 CET", "30 Nov 2026"),
        ("de", "Europe/Berlin", "00:30 Uhr MEZ", "30.11.2026"),
        ("en", "Asia/Kathmandu", "05:15 UTC+5:45", "30 Nov 2026"),
        ("en", "UTC", "23:30 UTC", "29 Nov 2026"),
    ],
)
def test_a_time_and_its_date_are_in_the_zone(language, zone, time, date):
    with translation.override(language), timezone.override(zone):
        for moment in ("2026-11-29T23:30:00.000Z", datetime(2026, 11, 29, 23, 30, tzinfo=UTC)):
            assert (time_of_day(moment), day(moment)) == (time, date)
