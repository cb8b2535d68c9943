import pytest

from stoppress.site.serving.shared_timer import Grace


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


class Guest:
    def __init__(self, told, does=lambda: None):
        self.told, self.does = told, does

    def grace_ends(self):
        self.told.append(self)
        self.does()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def grace(clock):
    return Grace(clock, 1.0)


def test_each_hears_when_its_own_seconds_are_over(clock, grace):
    told = []
    guests = [Guest(told) for _ in range(4)]
    for number, guest in enumerate(guests):
        clock.go_to(number * 0.4)
        grace.give(guest)
    assert told == guests[:1]  # at 1.0
    clock.go_to(1.5)
    assert told == guests[:2]
    clock.go_to(10)
    assert told == guests and not clock.timers


def test_a_forgotten_guest_is_not_called(clock, grace):
    told = []
    one, other = Guest(told), Guest(told)
    grace.give(one)
    grace.give(other)
    for _ in range(2):
        grace.forget(one)
    assert one not in grace and other in grace
    clock.go_to(10)
    assert told == [other]


def test_a_guest_that_is_given_its_timeout_again_has_all_of_it(clock, grace):
    told = []
    one, other = Guest(told), Guest(told)
    grace.give(one)
    grace.give(other)
    clock.go_to(0.9)
    grace.give(one)
    clock.go_to(1.8)
    assert told == [other]
    clock.go_to(1.9)
    assert told == [other, one]


def test_a_crowd_that_leaves_at_once_needs_one_timer(clock, grace):
    for number in range(100):
        clock.now = number / 1000
        guest = Guest([])
        grace.give(guest)
        grace.forget(guest)
    assert len(clock.timers) == 1
    clock.go_to(10)
    assert not clock.timers


def test_a_guest_may_cancel_or_restart_a_timeout_in_its_call(clock, grace):
    told = []
    last = Guest(told)
    first = Guest(told, lambda: grace.forget(last))
    again = Guest(told, lambda: grace.give(again))
    for guest in (first, again, last):
        grace.give(guest)
    clock.go_to(1.0)
    assert told == [first, again] and again in grace
    clock.go_to(2.0)
    assert told == [first, again, again]


def test_a_guest_that_fails_does_not_stop_the_others(clock, grace):
    told = []
    grace.give(Guest(told, lambda: 1 / 0))
    grace.give(other := Guest(told))
    with pytest.raises(ZeroDivisionError):
        clock.go_to(1.0)
    clock.go_to(1.0)
    assert told[-1] is other
