"""The opening that search results and link previews show of an article without a summary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.newsroom.body.body import tree
from stoppress.newsroom.opening import LOOKED_AT, OPENING_CHARS, opening


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The ferry sails again from noon.", "The ferry sails again from noon."),
        ("One.\n\nTwo  and\nthree.", "One. Two and three."),
        ("# A heading\n\nThe *text*, w**or**d by word.", "The text, word by word."),
        ("- first\n- second\n\n> said", "first second said"),
        ("17. juni er nasjonaldag.\n\nText.", "17. juni er nasjonaldag. Text."),
        ("1. one\n2. two", "1. one 2. two"),
        ("![The pier](https://img.example/1.jpg)\n\n***", ""),
        ("    code = 1", ""),
        ("[The pier](https://youtu.be/abc)\n\nText.", "The pier Text."),
        ("https://vimeo.com/12", "https://vimeo.com/12"),
        ("", ""),
    ],
)
def test_an_opening_is_the_texts_beginning_on_one_line(text, said):
    assert opening(tree(text)) == said


def test_figures_keep_their_places_and_struck_text_is_left_out():
    body = [["p", "10", ["sup", "6"], " of H", ["sub", "2"], "O, ", ["s", "5"], " 7"]]
    assert opening(body) == "10⁶ of H₂O, 7"
    assert opening([["p", "2", ["sup", "3", ["sup", "2"]], ["sub", "max"]]]) == "2^3²_max"


def test_a_long_text_is_cut_after_a_word():
    said = opening([["p", "ferry " * 100]])
    assert said == "ferry " * 32 + "ferry…"
    assert opening([["p", "渡" * 500]]) == "渡" * (OPENING_CHARS - 1) + "…"


@given(st.lists(st.text(max_size=300), max_size=20))
def test_an_opening_is_never_long_and_never_two_lines(texts):
    said = opening([["p", text] for text in texts])
    assert len(said) <= OPENING_CHARS + 1
    assert said == " ".join(said.split())


def test_a_long_text_is_not_read_to_its_end():
    assert opening([["p", " " * LOOKED_AT], ["p", "late"]]) == ""
