import pytest
from markdown_it import MarkdownIt

from stoppress.newsroom.body.limits import (
    MAX_CHARS,
    MAX_HTML,
    MAX_MARKS,
    TooCostly,
    check_html,
    check_text,
    check_tokens,
)


def test_characters_and_marks_of_a_text_are_bounded():
    check_text("x" * MAX_CHARS, "markdown")
    check_text("[" * MAX_MARKS, "markdown")
    check_text("[" * MAX_CHARS, "html")
    with pytest.raises(TooCostly, match="200001 characters"):
        check_text("x" * (MAX_CHARS + 1), "html")
    with pytest.raises(TooCostly, match="markup characters of markdown"):
        check_text("[" * (MAX_MARKS + 1), "markdown")


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * 50_000,
        "<ul>" + "<li>x" * 30_000 + "</ul>",
        "<table>" + "<tr><td>x" * 20_000,
        "<P>x</p><Br>" * 15_000,
        "<div><b>x</b></div>" * 10_000,
        "<div>" * 1_000 + "</div>" * 1_000,
    ],
)
def test_text_that_a_parser_keeps_shallow_is_accepted(html):
    check_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 2_000,
        "<DIV>" * 2_000,
        "<x-y>" * 2_000,
        "<div></b>" * 2_000,
        "<div/>" * 2_000,
        "<math>" + "<tr>" * 2_000,
        "<SVG>" + "<input>" * 2_000,
        "".join(f"<b class={n}>" for n in range(500)) + "<p>x" * 2_000,
    ],
)
def test_text_that_a_parser_would_nest_deeply_is_refused(html):
    with pytest.raises(TooCostly, match="too many nested tags"):
        check_html(html)


def test_html_is_no_longer_than_it_can_be():
    with pytest.raises(TooCostly, match="too large"):
        check_html("x" * (MAX_HTML + 1))


def test_a_reference_is_counted_at_each_use():
    text = f"[a]: /{'x' * 20_000}\n\n"
    read = MarkdownIt("commonmark").parse
    check_tokens(read(text + "[a] " * 90))
    with pytest.raises(TooCostly, match="references"):
        check_tokens(read(text + "[a] " * 110))
