import threading

import pytest

from stoppress.live.log.turns import Turns

LONG = 60.0


def wait_until(waiting: int, turns: Turns) -> None:
    while len(turns._waiting) < waiting:
        pass


def test_the_turn_is_given_in_the_order_of_asking():
    turns, came = Turns(), list[int]()

    def ask(number: int) -> None:
        with turns.taken(LONG):
            came.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    with turns.taken(LONG):
        for number, thread in enumerate(threads):
            thread.start()
            wait_until(number + 1, turns)
        assert came == []
    for thread in threads:
        thread.join(LONG)
    assert came == list(range(10))
    with turns.taken(0):
        pass


def test_a_turn_that_does_not_come_in_time_is_refused_and_holds_up_no_other():
    turns = Turns()
    with turns.taken(LONG), pytest.raises(TimeoutError), turns.taken(0.01):
        pass
    assert not turns._waiting
    with turns.taken(0):
        pass


def test_an_error_gives_the_turn_back():
    turns = Turns()
    with pytest.raises(KeyError), turns.taken(LONG):
        raise KeyError
    with turns.taken(0):
        pass
