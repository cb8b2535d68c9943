"""The wait before the next attempt, and the end of the attempts."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.webhooks.waits import gives_up, wait

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "most"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (10_000, 3600)]
)
def test_waits_double_up_to_an_hour_less_up_to_a_fifth(failures: int, most: float) -> None:
    assert wait(failures, "", NOW, lambda: 0.0) == most
    assert wait(failures, "", NOW, lambda: 1.0) == max(5, most * 0.8)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("0", 5),
        ("999999999999999999999", 86_400),
        ("Sun, 22 Nov 2026 09:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 5),
        ("soon", 10),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 10),
        ("Mon, 01 Jan 10000 00:00:00 GMT", 10),
        ("Mon, 01 Jan 2027 00:00:00 +99999999999999999999", 10),
        ("-5", 10),
        ("١٢", 10),
        ("", 10),
    ],
)
def test_a_wait_that_is_asked_for_is_kept_within_limits(asked: str, seconds: float) -> None:
    assert wait(2, asked, NOW, lambda: 0.0) == seconds


@pytest.mark.parametrize(
    ("failures", "days", "given_up"),
    [(2, 30, False), (19, 5, False), (20, 4, False), (20, 5, True)],
)
def test_it_gives_up_after_days_and_attempts(failures: int, days: int, given_up: bool) -> None:
    assert gives_up(failures, NOW - timedelta(days=days), NOW) is given_up
