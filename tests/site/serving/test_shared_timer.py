import pytest

from stoppress.site.serving.shared_timer import SharedTimer


class Clock:
    """An event loop, as far as it is a clock with timers."""

    def __init__(self):
        self.now = 0.0
        self.timers = []

    def time(self):
        return self.now

    def call_at(self, when, call):
        self.timers.append((when, call))
        return call

    def go_to(self, now):
        self.now = now
        while due := [timer for timer in self.timers if timer[0] <= now]:
            self.timers.remove(due[0])
            due[0][1]()


class Waiter:
    def __init__(self, told, does=lambda: None):
        self.told, self.does = told, does

    def timer_ended(self):
        self.told.append(self)
        self.does()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timer(clock):
    return SharedTimer(clock, 1.0)


def test_each_wait_ends_after_its_own_seconds(clock, timer):
    told = []
    waiters = [Waiter(told) for _ in range(4)]
    for number, waiter in enumerate(waiters):
        clock.go_to(number * 0.4)
        timer.restart(waiter)
    assert told == waiters[:1]  # at 1.0
    clock.go_to(1.5)
    assert told == waiters[:2]
    clock.go_to(10)
    assert told == waiters and not clock.timers


def test_a_forgotten_guest_is_not_called(clock, timer):
    told = []
    one, other = Waiter(told), Waiter(told)
    timer.restart(one)
    timer.restart(other)
    for _ in range(2):
        timer.cancel(one)
    assert one not in timer and other in timer
    clock.go_to(10)
    assert told == [other]


def test_a_guest_that_is_given_its_timeout_again_has_all_of_it(clock, timer):
    told = []
    one, other = Waiter(told), Waiter(told)
    timer.restart(one)
    timer.restart(other)
    clock.go_to(0.9)
    timer.restart(one)
    clock.go_to(1.8)
    assert told == [other]
    clock.go_to(1.9)
    assert told == [other, one]


def test_many_waits_that_are_cancelled_at_once_need_one_timer(clock, timer):
    for number in range(100):
        clock.now = number / 1000
        waiter = Waiter([])
        timer.restart(waiter)
        timer.cancel(waiter)
    assert len(clock.timers) == 1
    clock.go_to(10)
    assert not clock.timers


def test_a_guest_may_cancel_or_restart_a_timeout_in_its_call(clock, timer):
    told = []
    last = Waiter(told)
    first = Waiter(told, lambda: timer.cancel(last))
    again = Waiter(told, lambda: timer.restart(again))
    for waiter in (first, again, last):
        timer.restart(waiter)
    clock.go_to(1.0)
    assert told == [first, again] and again in timer
    clock.go_to(2.0)
    assert told == [first, again, again]


def test_a_guest_that_fails_does_not_stop_the_others(clock, timer):
    told = []
    timer.restart(Waiter(told, lambda: 1 / 0))
    timer.restart(other := Waiter(told))
    with pytest.raises(ZeroDivisionError):
        clock.go_to(1.0)
    clock.go_to(1.0)
    assert told[-1] is other
