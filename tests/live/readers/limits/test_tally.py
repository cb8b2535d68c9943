from stoppress.live.readers.limits.tally import HEAD_WORDS, Tally, bytes_needed, head_of, lone_tally


def tallies(slots):
    memory = memoryview(bytearray(bytes_needed(slots)))
    return [Tally(memory, slot, slots) for slot in range(slots)]


def test_readers_are_counted_by_address_and_in_all_for_all_processes():
    one, other = tallies(2)
    here, there = one.cells("192.0.2.1"), one.cells("192.0.2.2")
    one.add(here)
    other.add(here)
    other.add(there)
    assert [one.readers(here), one.readers(there), one.total()] == [2, 1, 3]
    other.remove(here)
    assert [one.readers(here), one.readers(there), one.total()] == [1, 1, 2]


def test_a_new_owner_of_a_slot_resets_its_counts():
    memory = memoryview(bytearray(bytes_needed(2)))
    stays, killed = Tally(memory, 0, 2), Tally(memory, 1, 2)
    cells = stays.cells("192.0.2.1")
    for tally in (stays, killed):
        tally.add(cells)
        assert not tally.handshakes.draw(cells, 1, 1, 4, 50.0)
        assert not tally.replays.draw(cells, 2, 1, 8, 50.0)
    assert stays.total() == 2
    Tally(memory, 1, 2)
    assert [stays.readers(cells), stays.total()] == [1, 1]
    assert stays.handshakes.wait(cells, 4, 1, 4, 50.0) == 1
    assert stays.replays.wait(cells, 8, 1, 8, 50.0) == 2


def test_each_kind_of_count_is_separate():
    [tally] = tallies(1)
    cells = tally.cells("192.0.2.1")
    assert not tally.handshakes.draw(cells, 3, 1, 3, 50.0)
    assert not tally.replays.wait(cells, 3, 1, 3, 50.0) and not tally.readers(cells)
    assert not tally.replays.draw(cells, 3, 1, 3, 50.0)
    assert tally.handshakes.wait(cells, 1, 1, 3, 51.0) == 0 and not tally.total()


def test_each_server_has_separate_cells():
    assert lone_tally().cells("192.0.2.1") != lone_tally().cells("192.0.2.1")


def test_slots_do_not_overlap():
    assert head_of(0) == HEAD_WORDS and 4 * head_of(3) == bytes_needed(3)
