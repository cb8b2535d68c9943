import random

import pytest

from stoppress.newsroom.comparing.paragraphs import compared
from tests.effort import no_more_cpu_than

CHARS = 200_000


def kinds(paragraph):
    return {run.kind for run in paragraph.runs}


def text(paragraphs, left_out):
    texts = ("".join(r.text for r in p.runs if r.kind != left_out) for p in paragraphs)
    return [each for each in texts if each]


def test_paragraphs_are_kept_changed_deleted_and_inserted():
    before = ["One.", "The bridge is shut.", "Gone for good.", "Last."]
    after = ["One.", "The bridge is open.", "Last.", "A new end."]
    found = compared(before, after)
    assert [kinds(each) for each in found] == [
        {"same"},
        {"same", "deleted", "inserted"},
        {"deleted"},
        {"same"},
        {"inserted"},
    ]
    assert found[0].is_same and not found[1].is_same


def test_a_rewritten_paragraph_is_found_behind_new_ones():
    found = compared(
        ["The ferry leaves at nine today."], ["Fog.", "Wind.", "The ferry leaves at ten today."]
    )
    assert [kinds(each) for each in found][:2] == [{"inserted"}, {"inserted"}]
    assert "same" in kinds(found[2])


def test_an_empty_text_is_compared_with_any_other():
    assert compared([], []) == []
    assert [kinds(each) for each in compared([], ["New."])] == [{"inserted"}]
    assert [kinds(each) for each in compared(["Old."], [])] == [{"deleted"}]


def words(dice, alphabet, count):
    return " ".join(dice.choices(alphabet, k=count))


def hard(name):
    """Return two texts of 200,000 characters on which a comparison could take very long."""
    dice = random.Random(name)
    if name == "many short paragraphs":
        return tuple(dice.choices("xy", k=CHARS // 3) for _ in range(2))
    if name == "one long paragraph":
        return tuple([words(dice, "ab", CHARS // 2)] for _ in range(2))
    if name == "nothing in common":
        return tuple([" ".join(f"{a}{i}" for i in range(CHARS // 7))] for a in "ab")
    if name == "every paragraph changed":
        return tuple([f"{a} " * 100 + str(i) for i in range(CHARS // 300)] for a in ("ab", "ba"))
    paragraphs = [words(dice, ["ebb", "flow", "tide"], 50) for _ in range(CHARS // 250)]
    return paragraphs, paragraphs[::-1]


@pytest.mark.parametrize(
    "name",
    [
        "many short paragraphs",
        "one long paragraph",
        "nothing in common",
        "every paragraph changed",
        "upside down",
    ],
)
def test_the_longest_texts_are_compared_in_seconds_and_completely(name):
    before, after = hard(name)
    with no_more_cpu_than(6):
        found = compared(before, after)
    assert text(found, "inserted") == before
    assert text(found, "deleted") == after
