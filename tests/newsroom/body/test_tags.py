import pytest

from stoppress.newsroom.body.tags import TAG, as_typed, is_html, whole
from tests.effort import no_more_cpu_than


def is_tag(typed: str, text: str = "") -> bool:
    found = TAG.fullmatch(typed)
    return found is not None and is_html(found, whole(text or typed))


@pytest.mark.parametrize("typed", ["<a href=x>", "<br/>", "<hr>", "<img src='/a' alt>", "<P id=1>"])
def test_a_known_tag_is_a_tag(typed: str) -> None:
    assert is_tag(typed)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("<b>", "<B>5</b>"),
        ("</b>", "<b>5</b>"),
        ("<details open>", "<details open>5</details>"),
        ("<p data-x onclick>", "<p data-x onclick>5</p>"),
        ("<data>", "<data>5</data>"),
        ("<li>", "<ul><li>5</ul>"),
        ("<td>", "<table><tr><td>5</table>"),
        ("<p>", "x\n> <p>5"),
    ],
)
def test_a_closed_or_void_tag_is_a_tag(typed: str, text: str) -> None:
    assert is_tag(typed, text)


@pytest.mark.parametrize(
    "typed",
    [
        *("<name>", "<address withheld>", "<source name>", "<b team>", "<x-y a=5>", "<time>"),
        *("<time required>", "<video>", "</time>", "</p>", "<li>", "<script>", "<A Name>", "<p>"),
    ],
)
def test_words_in_brackets_are_not_a_tag(typed: str) -> None:
    assert not is_tag(typed, f"said {typed}, and")


@pytest.mark.parametrize(
    ("html", "typed"),
    [
        ("<div>a < b</div>", "<div>a &lt; b</div>"),
        ("<p title='<x>'>", "<p title='<x>'>"),
        ("<!-- <x> --><x>", "<!-- <x> -->&lt;x>"),
        ("<!-- a", "&lt;!-- a"),
        ("<a href='x", "&lt;a href='x"),
        ("<br/><div></div >", "<br/><div></div >"),
    ],
)
def test_a_bracket_that_begins_no_tag_is_text(html: str, typed: str) -> None:
    assert as_typed(html, whole(html)) == typed


@pytest.mark.parametrize(
    "part", ["<!--", "<a b=\"' ", "<a ", "<a b", "<a b='", " ", "b=", "<", "\n > "]
)
def test_brackets_without_end_are_read_at_once(part: str) -> None:
    with no_more_cpu_than(1):
        html = "<a " + part * (200_000 // len(part))
        as_typed(html, whole(html))
