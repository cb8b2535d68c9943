"""When a SQLite file is looked at, by a clock that the test moves."""

from stoppress.live.relays.pace import COMMIT_SECONDS, QUIET_SECONDS, SELDOM, Pace

OFTEN, LONGEST = 0.01, 1.0


def told_of(pace, now):
    """A commit of which a notice has told."""
    pace.noticed()
    pace.looked(changed=True, told=False, now=now)


def test_without_notices_looks_come_often_and_seldom_when_it_is_quiet():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.looked(changed=True, told=False, now=1)
    assert (pace.deaf, pace.rest) == (OFTEN, 0)
    pace.looked(changed=False, told=False, now=2 + QUIET_SECONDS)
    assert (pace.deaf, pace.rest) == (OFTEN * SELDOM, 0)


def test_one_notice_before_a_commit_proves_that_notices_come():
    pace = Pace(OFTEN, LONGEST, 0)
    pace.looked(changed=False, told=True, now=1)
    assert pace.rest == 0, "it may be another's writing, which is no commit"
    pace.looked(changed=True, told=False, now=1)
    pace.looked(changed=False, told=False, now=1)
    assert pace.rest > 0


def test_after_a_commit_looks_are_ever_further_apart_until_the_safety_poll():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    apart = []
    for _ in range(9):
        apart.append(round(pace.deaf + pace.rest, 3))
        pace.looked(changed=False, told=False, now=1)
    assert apart == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1, 1]
    assert pace.deaf == OFTEN, "at most so soon after a look"


def test_a_commit_is_looked_for_soon_after_the_first_notice_and_again_until_it_is_there():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    pace.noticed()
    assert (pace.deaf, pace.rest) == (COMMIT_SECONDS, 0)
    apart = []
    for _ in range(4):
        pace.looked(changed=False, told=True, now=1)
        apart.append(round(pace.deaf + pace.rest, 3))
    assert apart == [0.002, 0.004, 0.008, 0.016]


def test_commits_that_follow_one_another_are_looked_for_no_more_than_often():
    pace = Pace(OFTEN, LONGEST, 0)
    for now in range(5):
        told_of(pace, now)
        assert (pace.deaf, pace.rest) == (OFTEN, 0)


def test_a_commit_without_a_notice_ends_the_trust_in_them():
    pace = Pace(OFTEN, LONGEST, 0)
    told_of(pace, 1)
    pace.looked(changed=False, told=False, now=1)
    assert pace.rest > 0
    pace.looked(changed=True, told=False, now=2)
    pace.looked(changed=False, told=False, now=2)
    assert (pace.deaf, pace.rest) == (OFTEN, 0)


def test_who_asks_for_seldom_looks_gets_them_without_notices():
    assert Pace(60, LONGEST, 0).deaf == 60
