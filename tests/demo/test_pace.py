"""The demo's pace: lively at first, and never so that the database fills up."""

import math

import pytest

from stoppress.demo.pace import DEFAULT, LONGEST, checked_pace, interval


def steps_within(seconds: float) -> int:
    steps, clock = 0, 0.0
    while clock < seconds:
        clock += interval(DEFAULT, steps)
        steps += 1
    return steps


def test_the_first_half_hour_is_at_full_pace() -> None:
    assert steps_within(1800) == 1800 / DEFAULT


def test_a_month_makes_fewer_steps_than_ten_hours_at_full_pace() -> None:
    assert steps_within(86_400) <= 3_300
    assert steps_within(30 * 86_400) <= 9_000


def test_the_wait_is_never_longer_than_a_day() -> None:
    assert interval(DEFAULT, 10**9) == LONGEST


def test_no_pace_is_the_default_pace() -> None:
    assert checked_pace(None) == DEFAULT
    assert checked_pace(0.5) == 0.5


@pytest.mark.parametrize("pace", [0.0, -1.0, math.nan, math.inf, 86_401.0])
def test_an_impossible_pace_is_refused_with_a_message(pace: float) -> None:
    with pytest.raises(ValueError, match="--pace must be a number of seconds above 0"):
        checked_pace(pace)
