import random
from collections import Counter

from stoppress.live.readers.limits.sketch import DEPTH, WIDTH, WORDS, Sketch, cells_of

KEY = b"0123456789abcdef"


def sketches(processes):
    words = memoryview(bytearray(4 * WORDS * processes)).cast("I")
    begins = [WORDS * number for number in range(processes)]
    return [Sketch(words, begin, begins) for begin in begins]


def test_a_name_has_one_cell_in_each_row():
    cells = cells_of("192.0.2.1", KEY)
    assert cells == cells_of("192.0.2.1", KEY)
    assert [cell // WIDTH for cell in cells] == list(range(DEPTH))


def test_the_cells_depend_on_the_secret_key():
    assert cells_of("192.0.2.1", KEY) != cells_of("192.0.2.1", b"fedcba9876543210")


def test_an_estimate_adds_up_all_processes_and_each_takes_back_its_own():
    one, other = sketches(2)
    cells = cells_of("192.0.2.1", KEY)
    one.add(cells)
    other.add(cells)
    other.add(cells)
    assert one.estimate(cells) == other.estimate(cells) == 3
    other.remove(cells)
    assert one.estimate(cells) == 2
    other.remove(cells)
    assert one.estimate(cells) == 1
    one.remove(cells)
    assert one.estimate(cells) == 0


def test_an_estimate_is_never_too_low_and_seldom_too_high():
    drawn = random.Random(3)
    processes = sketches(3)
    counts = Counter()
    for _ in range(20_000):
        name = f"198.51.{drawn.randrange(60)}.{drawn.randrange(256)}"
        drawn.choice(processes).add(cells_of(name, KEY))
        counts[name] += 1
    over = [processes[0].estimate(cells_of(name, KEY)) - n for name, n in counts.items()]
    assert min(over) == 0
    assert max(over) <= 5 and sum(1 for n in over if n) < len(over) / 4
