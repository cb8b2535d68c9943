from stoppress.site.processes.backoff import LONGEST_SECONDS, STABLE_SECONDS, Backoff


def test_the_wait_doubles_with_each_death_up_to_a_bound():
    backoff = Backoff()
    waits = [backoff.wait_after(1.0) for _ in range(9)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert waits[-1] == LONGEST_SECONDS


def test_a_process_that_ran_for_a_while_resets_the_wait():
    backoff = Backoff()
    for _ in range(5):
        backoff.wait_after(0.0)
    assert backoff.wait_after(STABLE_SECONDS) == 0.5
    assert backoff.wait_after(1.0) == 1.0


def test_a_hand_over_resets_the_wait():
    backoff = Backoff()
    backoff.wait_after(0.0)
    backoff.reset()
    assert backoff.wait_after(0.0) == 0.5
