from stoppress.site.processes.backoff import LONGEST_SECONDS, STABLE_SECONDS, Backoff


def test_one_that_keeps_dying_is_waited_for_twice_as_long_each_time_up_to_a_bound():
    backoff = Backoff()
    waits = [backoff.wait_after(1.0) for _ in range(9)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert waits[-1] == LONGEST_SECONDS


def test_one_that_was_well_for_a_while_begins_anew():
    backoff = Backoff()
    for _ in range(5):
        backoff.wait_after(0.0)
    assert backoff.wait_after(STABLE_SECONDS) == 0.5
    assert backoff.wait_after(1.0) == 1.0


def test_a_hand_over_begins_anew():
    backoff = Backoff()
    backoff.wait_after(0.0)
    backoff.reset()
    assert backoff.wait_after(0.0) == 0.5
