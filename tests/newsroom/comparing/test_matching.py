import random

from stoppress.newsroom.comparing.matching import matches


def longest(a, b):
    """Return how many elements two sequences have in common in order, by the plain table."""
    row = [0] * (len(b) + 1)
    for x in a:
        last = row
        row = [0]
        for j, y in enumerate(b):
            row.append(last[j] + 1 if x == y else max(last[j + 1], row[j]))
    return row[-1]


def test_the_matches_are_equal_ordered_and_as_many_as_possible():
    dice = random.Random(1)
    for _ in range(1000):
        a, b = ("".join(dice.choices("abc", k=dice.randrange(10))) for _ in range(2))
        found = matches(a, b, 20)
        assert all(a[i] == b[j] for i, j in found)
        assert found == sorted(set(found)) and len({j for _, j in found}) == len(found)
        assert len(found) == longest(a, b), (a, b)


def test_sequences_without_a_difference_need_no_edit():
    assert matches("abc", "abc", 0) == [(0, 0), (1, 1), (2, 2)]
    assert matches("", "", 0) == []


def test_too_many_edits_are_given_up():
    assert matches("abc", "xyz", 5) is None
    assert matches("abc", "xyz", 6) == []
