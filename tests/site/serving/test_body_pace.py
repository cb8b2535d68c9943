from hypothesis import given
from hypothesis import strategies as st

from stoppress.site.serving.body_pace import (
    BYTES_PER_SECOND,
    PAUSE_SECONDS,
    START_SECONDS,
    BodyPace,
)


def test_a_body_without_a_byte_has_the_seconds_of_the_start():
    assert BodyPace(100.0).too_slow_at() == 100.0 + START_SECONDS


def test_a_body_of_single_bytes_is_too_slow_after_the_start():
    pace = BodyPace(0.0)
    for tenths in range(8, 200, 8):
        pace.take(1, tenths / 10)
    assert pace.too_slow_at() == START_SECONDS


def test_a_large_body_has_the_time_that_its_bytes_give_it():
    pace = BodyPace(0.0)
    for second in range(1, 11):
        pace.take(100_000, float(second))
        assert pace.too_slow_at() > second + 1


def test_a_body_that_came_quickly_may_not_pause_for_long():
    pace = BodyPace(0.0)
    pace.take(1_000_000, 1.0)
    assert pace.too_slow_at() == 1.0 + PAUSE_SECONDS


@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(0.1, 25.0)), max_size=50))
def test_a_body_that_keeps_the_pace_is_never_too_slow(parts):
    pace, now, received = BodyPace(0.0), 0.0, 0
    for size, pause in parts:
        now += pause
        keeps = now < max(START_SECONDS, received / BYTES_PER_SECOND) and pause < PAUSE_SECONDS
        assert (now < pace.too_slow_at()) == keeps
        pace.take(size, now)
        received += size
