import time

import pytest

from stoppress.newsroom.body_tags import as_typed, is_html


@pytest.mark.parametrize(
    ("name", "attributes"),
    [("b", ""), ("B", ""), ("a", " href=x"), ("video", " controls"), ("p", " data-x onclick")],
)
def test_a_tag_of_html_is_one(name: str, attributes: str) -> None:
    assert is_html(name, attributes)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [("name", ""), ("address", " withheld"), ("source", ""), ("b", " team"), ("x-y", "")],
)
def test_words_in_brackets_are_none(name: str, attributes: str) -> None:
    assert not is_html(name, attributes)


@pytest.mark.parametrize(
    ("html", "typed"),
    [
        ("<div>a < b</div>", "<div>a &lt; b</div>"),
        ("<p title='<x>'>", "<p title='<x>'>"),
        ("<!-- <x> --><x>", "<!-- <x> -->&lt;x>"),
        ("<!-- a", "&lt;!-- a"),
        ("<a href='x", "&lt;a href='x"),
        ("<br/></div >", "<br/></div >"),
    ],
)
def test_a_bracket_that_begins_no_tag_is_text(html: str, typed: str) -> None:
    assert as_typed(html) == typed


@pytest.mark.parametrize("part", ["<!--", "<a b=\"' ", "<a ", "<a b", "<a b='", " ", "b=", "<"])
def test_brackets_without_end_are_read_at_once(part: str) -> None:
    began = time.process_time()
    as_typed("<a " + part * (200_000 // len(part)))
    assert time.process_time() - began < 1
