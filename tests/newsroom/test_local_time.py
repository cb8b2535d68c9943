"""The moments that a local time can mean where the clock is put forward or back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from stoppress.newsroom.local_time import exists, meanings, shown


def in_utc(*moments: str) -> list[datetime]:
    return [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]


@pytest.mark.parametrize(
    ("zone", "local", "moments"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", ["2026-03-29 00:30", "2026-03-29 01:30"]),
        ("America/New_York", "2026-03-08 02:30", ["2026-03-08 06:30", "2026-03-08 07:30"]),
        # Half an hour.
        ("Australia/Lord_Howe", "2026-10-04 02:15", ["2026-10-03 15:15", "2026-10-03 15:45"]),
        # By law: the islands left out a day, and a country put its clocks forward by an hour.
        ("Pacific/Apia", "2011-12-30 12:00", ["2011-12-29 22:00", "2011-12-30 22:00"]),
        ("Asia/Pyongyang", "2018-05-04 23:45", ["2018-05-04 14:45", "2018-05-04 15:15"]),
    ],
)
def test_a_time_that_no_clock_shows_has_two_meanings(zone, local, moments):
    here = datetime.fromisoformat(local)
    assert meanings(here, ZoneInfo(zone)) == in_utc(*moments)
    assert not exists(here, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "local", "moments"),
    [
        ("Europe/Berlin", "2026-10-25 02:30", ["2026-10-25 00:30", "2026-10-25 01:30"]),
        ("America/New_York", "2026-11-01 01:59", ["2026-11-01 05:59", "2026-11-01 06:59"]),
        ("Australia/Lord_Howe", "2026-04-05 01:45", ["2026-04-04 14:45", "2026-04-04 15:15"]),
        ("Asia/Pyongyang", "2015-08-14 23:45", ["2015-08-14 14:45", "2015-08-14 15:15"]),
    ],
)
def test_a_time_that_comes_twice_has_two_meanings_and_each_is_shown_as_it(zone, local, moments):
    here = datetime.fromisoformat(local)
    found = meanings(here, ZoneInfo(zone))
    assert found == in_utc(*moments) and exists(here, ZoneInfo(zone))
    assert [shown(moment, ZoneInfo(zone)) for moment in found] == [here, here]


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("UTC", "2026-03-29 02:30", "2026-03-29 02:30"),
        ("Asia/Kathmandu", "2026-03-29 02:30", "2026-03-28 20:45"),
        ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59"),
        ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25 01:59", "2026-10-24 23:59"),
        ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25 02:00"),
    ],
)
def test_any_other_time_means_one_moment(zone, local, moment):
    here = datetime.fromisoformat(local)
    assert meanings(here, ZoneInfo(zone)) == in_utc(moment) and exists(here, ZoneInfo(zone))
