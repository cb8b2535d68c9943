"""How often a feed has something new."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest.polling.pace import LOOKED_AT, pace

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours_ago", "hours"),
    [
        ([], 0.5),
        ([1], 0.5),
        ([48], 2),
        ([1, 3, 5, 7], 1),
        ([7, 5, 3, 1], 1),
        ([1, 2, 3, 100], 0.5),  # one long gap is not the rule
        ([0, 0, 0, 0], 0),
        ([-5, -5, 240, 241, 242], 10),  # what is to come does not count
        ([-5], 0.5),
        ([24, 24.1, 24.2], 1),  # quiet for a day
        ([240, 241, 242], 10),
        ([*range(LOOKED_AT), *range(100, 10_000, 100)], 0.5),  # only the newest count
    ],
)
def test_the_pace_is_half_the_usual_gap_and_grows_with_silence(
    hours_ago: list[float], hours: float
) -> None:
    dates = [NOW - timedelta(hours=each) for each in hours_ago]
    assert pace(dates, NOW) == pytest.approx(hours * 3600)
