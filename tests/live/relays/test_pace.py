"""When a SQLite file is looked at, by a clock that the test moves."""

from stoppress.live.relays.pace import COMMIT_SECONDS, QUIET_SECONDS, SELDOM, Pace

OFTEN, LONGEST = 0.01, 1.0


def told_of(pace, now):
    """A commit of which a notice has told."""
    pace.noticed(now)
    pace.polled(changed=True, told=False, now=now)


def quiet(pace, looks, now=1.0, told=False):
    """Looks that find nothing; return the seconds to each that follows."""
    apart = []
    for _ in range(looks):
        pace.polled(changed=False, told=told, now=now)
        apart.append(round(pace.deaf + pace.rest, 3))
        now += apart[-1]
    return apart


def test_without_notices_looks_are_frequent_and_rare_when_quiet():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.polled(changed=True, told=False, now=1)
    assert (pace.deaf, pace.rest) == (OFTEN, 0)
    pace.polled(changed=False, told=False, now=2 + QUIET_SECONDS)
    assert (pace.deaf, pace.rest) == (OFTEN * SELDOM, 0)


def test_one_notice_before_a_commit_proves_that_notices_come():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.polled(changed=False, told=True, now=1)
    assert pace.rest == 0, "it may be another's writing, which is no commit"
    pace.polled(changed=True, told=False, now=1)
    quiet(pace, 1)
    assert pace.rest > 0


def test_a_notice_of_long_ago_proves_nothing():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.polled(changed=False, told=True, now=1)
    pace.polled(changed=True, told=False, now=4)
    quiet(pace, 1, now=4)
    assert (pace.deaf, pace.rest) == (OFTEN, 0)


def test_after_a_commit_looks_are_ever_further_apart_until_the_safety_poll():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    assert (pace.deaf, pace.rest) == (OFTEN, 0)
    assert quiet(pace, 8) == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1, 1]
    assert pace.deaf == OFTEN, "at most so soon after a look"


def test_a_commit_is_looked_for_soon_after_the_first_notice_and_again_until_it_is_there():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    pace.noticed(2)
    assert (pace.deaf, pace.rest) == (COMMIT_SECONDS, 0)
    apart = quiet(pace, 40, now=2)
    assert apart[:7] == [0.002, 0.004, 0.008, 0.016, 0.032, 0.04, 0.04]
    assert apart[-1] == LONGEST, "what is not there after a second may never come"


def test_a_notice_during_a_look_causes_another_look_soon():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    quiet(pace, 8)
    assert quiet(pace, 1, told=True) == [OFTEN]


def test_frequent_commits_are_polled_for_at_the_interval_often():
    pace = Pace(OFTEN, LONGEST, 0)
    for now in range(5):
        told_of(pace, now)
        assert (pace.deaf, pace.rest) == (OFTEN, 0)


def test_a_notice_that_came_before_the_commit_of_another_counts_for_its_own():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.noticed(1)
    pace.polled(changed=True, told=True, now=1.01)
    pace.polled(changed=True, told=False, now=1.02)
    quiet(pace, 1, now=1.03)
    assert pace.rest > 0, "one was told of while the first was seen"


def test_a_commit_without_a_notice_ends_the_trust_in_them_for_good():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    quiet(pace, 1)
    assert pace.rest > 0
    pace.polled(changed=True, told=False, now=9)
    for now in (9, 10):
        told_of(pace, now)
        quiet(pace, 1, now=now)
        assert (pace.deaf, pace.rest) == (OFTEN, 0)


def test_rare_looks_are_used_without_notices_if_configured():
    assert Pace(60, LONGEST, 0).deaf == 60
