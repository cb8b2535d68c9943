"""How long until the next poll, for what the last one has said."""

import pytest

from stoppress.ingest.polling.waits import BEYOND, Said, wait

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        # How often the feed has something new, within 5 minutes and 24 hours.
        (Said(20 * MINUTE), 20 * MINUTE),
        (Said(1), 5 * MINUTE),
        (Said(90 * DAY), DAY),
        # A feed that has to be downloaded whole is polled less often.
        (Said(1, validators=False), 10 * MINUTE),
        (Said(HOUR, validators=False), HOUR),
        # What the server or the feed says makes it later, up to a day.
        (Said(1, freshness=15 * MINUTE), 15 * MINUTE),
        (Said(1, ttl=HOUR), HOUR),
        (Said(HOUR, ttl=MINUTE, freshness=MINUTE), HOUR),
        (Said(1, freshness=365 * DAY), DAY),
        # And sooner than 5 minutes only if the server says so, but never under a minute.
        (Said(1, freshness=2 * MINUTE), 2 * MINUTE),
        (Said(1, freshness=2 * MINUTE, validators=False), 2 * MINUTE),
        (Said(1, freshness=3), MINUTE),
        (Said(3 * MINUTE, freshness=MINUTE), 3 * MINUTE),
        (Said(1, ttl=MINUTE), 5 * MINUTE),
        # Three failures change nothing; then the wait doubles, up to a day.
        (Said(20 * MINUTE, failures=1, status=500), 20 * MINUTE),
        (Said(20 * MINUTE, failures=3), 20 * MINUTE),
        (Said(20 * MINUTE, failures=4), 40 * MINUTE),
        (Said(20 * MINUTE, failures=6), 160 * MINUTE),
        (Said(20 * MINUTE, failures=32_767), DAY),
        (Said(1, ttl=HOUR, failures=5), 4 * HOUR),
        # The server asks for a wait.
        (Said(1, failures=1, status=503, asked=2 * HOUR), 2 * HOUR),
        (Said(1, failures=1, status=429, asked=2 * HOUR), 2 * HOUR),
        (Said(1, failures=1, status=429, asked=1), 5 * MINUTE),
        (Said(1, failures=1, status=503, asked=-9), 5 * MINUTE),
        (Said(1, failures=4, status=503, asked=HOUR), HOUR),
        # One that asks for little, time after time, is left alone as any other that fails.
        (Said(20 * MINUTE, failures=5, status=503, asked=1), 80 * MINUTE),
        (Said(1, failures=20, status=429, asked=HOUR), DAY),
        (Said(1, failures=1, status=503, asked=999 * DAY), 31 * DAY),
        (Said(1, failures=1, status=500, asked=2 * HOUR), 5 * MINUTE),
        # It asks us to come less often.
        (Said(1, failures=1, status=429), HOUR),
        (Said(1, failures=1, status=429, asked=-9), HOUR),
        (Said(2 * HOUR, failures=1, status=429), 2 * HOUR),
        (Said(1, failures=1, status=503), 5 * MINUTE),
        (Said(1, failures=1, status=404), 5 * MINUTE),
    ],
)
def test_the_next_poll_comes_after(said: Said, seconds: float) -> None:
    waited = wait(said, lambda: 0.5)
    # What a server or a feed asks for is not cut short, so chance only adds to it.
    assert waited in (pytest.approx(seconds), pytest.approx(1.05 * seconds))


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        (Said(20 * MINUTE), 18 * MINUTE, 22 * MINUTE),
        (Said(1, ttl=HOUR), HOUR, 66 * MINUTE),
        (Said(1, freshness=MINUTE), MINUTE, 66),
        (Said(1, failures=5, status=500), 18 * MINUTE, 22 * MINUTE),
        (Said(1, failures=1, status=429, asked=HOUR), HOUR, 66 * MINUTE),
        (Said(1, failures=1, status=429), HOUR, 66 * MINUTE),
        (Said(DAY, failures=9), 0.9 * DAY, 1.1 * DAY),
    ],
)
def test_a_wait_varies_by_a_tenth_but_is_never_shorter_than_asked(
    said: Said, least: float, most: float
) -> None:
    assert wait(said, lambda: 0.0) == pytest.approx(least)
    assert wait(said, lambda: 1.0) == pytest.approx(most)


def test_no_wait_is_so_long_that_it_looks_like_a_wrong_clock() -> None:
    assert wait(Said(1, failures=9, status=429, asked=999 * DAY), lambda: 1.0) < BEYOND
