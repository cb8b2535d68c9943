"""A tree is written as Markdown that is read as the same tree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoppress.newsroom.body.as_markdown import as_markdown
from stoppress.newsroom.body.body import TooCostly, read

from .clipboard import documents
from .test_words import FEWER, KEPT, LEFT_OUT, MARKDOWN, bodies

every = settings(max_examples=FEWER, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = st.text(alphabet="ab 1.\n*_~`#-+>|[]()!<&;\\/:=\"'\t\xa0é“", max_size=12)


def holds(text: str, body_format: str = "html") -> None:
    try:
        tree = read(text, body_format).tree
        written = as_markdown(tree)
    except TooCostly:
        return
    assert read(written).tree == tree


@given(st.one_of(bodies(KEPT + LEFT_OUT), documents(lost=True)))
@every
def test_html_is_the_same_tree_as_markdown(text: str) -> None:
    holds(text)


@given(bodies(MARKDOWN))
@every
def test_markdown_is_the_same_tree_when_it_is_written_anew(text: str) -> None:
    holds(text, "markdown")


@given(st.lists(st.tuples(st.sampled_from(KEPT), SIGNS), max_size=8))
@every
def test_signs_of_markdown_are_text(pieces: list[tuple[str, str]]) -> None:
    def typed(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    holds("".join(tag + typed(text) for tag, text in pieces))


@pytest.mark.parametrize(
    ("html", "written"),
    [
        (
            "<iframe src='//www.youtube.com/embed/abc'></iframe>",
            "https://www.youtube.com/watch?v=abc",
        ),
        ("<p><a href='https://vimeo.com/12'>The *pier</a>", r"[The \*pier](https://vimeo.com/12)"),
        (
            "<iframe src='//www.youtube.com/embed/abc' title='A &quot;film&quot;' width=480"
            " height=360></iframe>",
            '<news-embed data-url="https://www.youtube.com/watch?v=abc"'
            ' data-title="A &quot;film&quot;" data-ratio="4:3"></news-embed>',
        ),
    ],
)
def test_an_embed_is_its_address_a_link_or_an_element_with_its_ratio(
    html: str, written: str
) -> None:
    tree = read(html, "html").tree
    assert as_markdown(tree) == written
    assert read(written).tree == tree
