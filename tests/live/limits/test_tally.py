import pytest

from stoppress.live.limits.tally import HEAD_WORDS, Tally, bytes_needed, head_of, lone_tally


def tallies(slots):
    memory = memoryview(bytearray(bytes_needed(slots)))
    return [Tally(memory, slot, slots) for slot in range(slots)]


def test_readers_are_counted_by_address_and_in_all_for_all_processes():
    one, other = tallies(2)
    here, there = one.cells("192.0.2.1"), one.cells("192.0.2.2")
    one.enter(here)
    other.enter(here)
    other.enter(there)
    assert [one.readers(here), one.readers(there), one.total()] == [2, 1, 3]
    other.leave(here)
    assert [one.readers(here), one.readers(there), one.total()] == [1, 1, 2]


def test_who_takes_over_a_slot_forgets_what_its_predecessor_counted():
    memory = memoryview(bytearray(bytes_needed(2)))
    stays, killed = Tally(memory, 0, 2), Tally(memory, 1, 2)
    cells = stays.cells("192.0.2.1")
    for tally in (stays, killed):
        tally.enter(cells)
        tally.knock(cells, 50.0)
    assert stays.total() == 2
    Tally(memory, 1, 2)
    assert [stays.readers(cells), stays.total(), stays.rate(cells, 50.0)] == [1, 1, 1]


def test_handshakes_fade_within_the_second_after_theirs():
    one, other = tallies(2)
    cells = one.cells("192.0.2.1")
    for tally in (one, one, other, other):
        tally.knock(cells, 100.5)
    assert one.rate(cells, 100.5) == other.rate(cells, 100.9) == 4
    assert one.rate(cells, 101.0) == 4
    assert one.rate(cells, 101.25) == 3
    assert one.rate(cells, 101.75) == 1
    assert one.rate(cells, 102.0) == 0
    one.knock(cells, 101.5)
    assert one.rate(cells, 101.5) == 1 + 4 * 0.5
    assert one.rate(cells, 102.5) == 0.5


def test_a_window_is_cleared_before_it_counts_another_second():
    [tally] = tallies(1)
    cells = tally.cells("192.0.2.1")
    for _ in range(5):
        tally.knock(cells, 100.0)
    tally.knock(cells, 102.0)
    assert tally.rate(cells, 102.0) == 1


def test_a_handshake_taken_back_does_not_count_and_a_late_one_harms_nobody():
    [tally] = tallies(1)
    cells = tally.cells("192.0.2.1")
    tally.knock(cells, 100.2)
    tally.unknock(cells, 100.2)
    assert tally.rate(cells, 100.2) == 0
    tally.knock(cells, 101.0)
    tally.knock(cells, 103.0)
    tally.unknock(cells, 101.0)
    assert tally.rate(cells, 103.0) == 1


@pytest.mark.parametrize("start", [0.0, 0.5, 1.0, 2.0])
def test_the_first_seconds_of_a_clock_count_like_others(start):
    [tally] = tallies(1)
    cells = tally.cells("192.0.2.1")
    assert tally.rate(cells, start) == 0
    tally.knock(cells, start)
    assert tally.rate(cells, start) == 1


def test_each_server_has_cells_of_its_own():
    assert lone_tally().cells("192.0.2.1") != lone_tally().cells("192.0.2.1")


def test_slots_do_not_overlap():
    assert head_of(0) == HEAD_WORDS and 4 * head_of(3) == bytes_needed(3)
