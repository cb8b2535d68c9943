"""Whole letters, and few marks on each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.newsroom.letters import tree_without_piles, whole_letters, without_piles
from tests.effort import no_more_cpu_than

FAMILY, SCOTLAND = (
    "👩\u200d👩\u200d👧",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)
ACUTE, CEDILLA = "\u0301", "\u0327"


@pytest.mark.parametrize(
    "letter",
    [
        *(FAMILY, SCOTLAND, "🇩🇪", "1\ufe0f\u20e3", "👍🏽", "e\u0301", "\r\n", "क्\u200dष"),
        *("\u1112\u1161\u11ab", "กำ", "நி"),
    ],
)
def test_no_letter_is_cut(letter: str) -> None:
    for limit in range(1, len(letter)):
        assert whole_letters("ab" + letter + "c", 2 + limit) == "ab"
    assert whole_letters("ab" + letter + "c", 2 + len(letter)) == "ab" + letter


def test_flags_are_cut_between_two() -> None:
    assert whole_letters("🇩🇪🇫🇷🇮🇹", 5) == "🇩🇪🇫🇷"


def test_a_letter_longer_than_the_limit_is_left_out() -> None:
    assert whole_letters(FAMILY, 2) == ""
    assert whole_letters("short", 9) == "short"


@pytest.mark.parametrize(
    "text",
    [
        "étude e\u0301tude",
        "Tiê\u0301ng Viê\u0323t",
        "\u05e9\u05c1\u05bc\u05b8\u0591\u05bd",  # Hebrew with dagesh, vowel, accent and meteg
        "\u0644\u0651\u064e\u0670\u06d6",  # Arabic of the Quran
        "\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82",  # the tallest of Tibetan
        "\u1015\u103b\u103d\u103e\u102d\u102f\u1036\u1037",  # Burmese
        "\u0e01\u0e35\u0e49",
        "نَسْتَعْلِيقٌ",
        FAMILY + SCOTLAND + "1\ufe0f\u20e3",
        "می\u200cخواهم",
    ],
)
def test_no_writing_loses_a_mark(text: str) -> None:
    assert without_piles(text) == text


@pytest.mark.parametrize(
    "mark", [ACUTE, "\u0316", "\u20dd", "\u0489", "\u0e47", "\u0f71", "\u1039", "\u0f90", "\ufe26"]
)
@pytest.mark.parametrize("between", ["", "\u200d", "\u034f", "\u200b", "\u2060", "\ufe0f"])
def test_a_letter_keeps_few_marks(mark: str, between: str) -> None:
    text = without_piles("Z" + (mark + between) * 300 + "algo")
    assert text.startswith("Z") and text.endswith("algo")
    assert text.count(mark) <= 8
    assert text.count(mark) <= 5 or mark in "\u0f90\u1039"


@given(st.text(alphabet="ae " + ACUTE + CEDILLA + "\u200d\u0f90\u034f", max_size=60))
def test_text_without_piled_marks_is_unchanged(text: str) -> None:
    kept = without_piles(text)
    assert without_piles(kept) == kept
    assert [c for c in kept if c in "ae "] == [c for c in text if c in "ae "]


def test_an_element_between_two_marks_does_not_end_a_pile() -> None:
    tree = [
        ["p", "e", ["strong", ACUTE * 4], ACUTE * 4, ["em", ACUTE], "x" + ACUTE * 2],
        ["p", ["img", {"src": "/i.png", "alt": "e" + ACUTE * 9, "width": 3}]],
    ]
    assert tree_without_piles(tree) == [
        ["p", "e", ["strong", ACUTE * 4], ACUTE, ["em"], "x" + ACUTE * 2],
        ["p", ["img", {"src": "/i.png", "alt": "e" + ACUTE * 5, "width": 3}]],
    ]


@pytest.mark.parametrize(
    "text",
    [ACUTE * 200_000, (ACUTE + "\u200d" * 99) * 2000, "\u200d" * 200_000, "é\u200d" * 100_000],
)
def test_a_hostile_text_costs_little(text: str) -> None:
    with no_more_cpu_than(2):
        without_piles(text)
        tree_without_piles([["p", text]])
        whole_letters(text, 199_000)
