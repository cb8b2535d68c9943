from typing import Any

from stoppress.newsroom.body.nodes import says_something, tighten, trim


def test_a_text_or_a_picture_counts_as_content_and_a_break_does_not() -> None:
    assert says_something(["p", ["em", "5"]]) and says_something(["p", ["img", {"src": "/x"}]])
    assert not says_something(["p", ["br"], " "])


def test_space_is_taken_from_an_end_alone() -> None:
    block: list[Any] = ["p", " a b ", ["br"], "  "]
    trim(block, 1, " ")
    trim(block, -1, " ")
    assert block == ["p", "a b ", ["br"]]


def test_a_lone_paragraph_of_an_item_is_its_text() -> None:
    item: list[Any] = ["li", ["p", "5"], ["ul", ["li", "7"]]]
    tighten(item)
    assert item == ["li", "5", ["ul", ["li", "7"]]]
    two: list[Any] = ["li", ["p", "5"], ["p", "7"]]
    tighten(two)
    assert two == ["li", ["p", "5"], ["p", "7"]]
