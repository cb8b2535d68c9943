"""A tree is written as Markdown that is read as the same tree."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stoppress.newsroom.body.as_markdown import as_markdown
from stoppress.newsroom.body.body import TooCostly, read
from stoppress.newsroom.body.html_line import html_of

from .clipboard import documents
from .test_words import FEWER, KEPT, LEFT_OUT, MARKDOWN, bodies

every = settings(max_examples=FEWER, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = st.text(alphabet="ab 1.\n*_~`#-+>|[]()!<&;\\/:=\"'\t\xa0é“", max_size=12)


def holds(text: str, body_format: str = "html") -> None:
    try:
        tree = read(text, body_format).tree
        # An address alone within a link that is never closed stays text, which no other HTML makes.
        assume(read("".join(map(html_of, tree)), "html").tree == tree)
        written = as_markdown(tree)
    except TooCostly:
        return
    assert read(written).tree == tree


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>A &amp; B</h2><h3>1. C</h3>", "## A & B\n\n### 1. C"),
        ("<p>1968. It was 5*3, a_b and [so] on</p>", "1968\\. It was 5*3, a_b and [so] on"),
        ("<p><b>Bold</b>, <i>slope</i>, <s>no</s></p>", "**Bold**, *slope*, ~~no~~"),
        ("<p><b>“Q”</b>s m<sup>2</sup></p>", "<strong>“Q”</strong>s m<sup>2</sup>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul><ul><li>c</li></ul>", "- a\n  - b\n\n* c"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        (
            "<table><tr><td colspan=2>a</td></tr><tr><td>1</td><td>2</td></tr></table>",
            '<table><tbody>\n<tr><td colspan="2">a</td></tr>\n'
            "<tr><td>1</td><td>2</td></tr></tbody>\n</table>",
        ),
        (
            "<table><tr><td><p><b><svg></svg> <i>x</i></b></p></td><td>1</td></tr></table>",
            "<table><tbody>\n<tr><td><p><strong> <em>x</em></strong></p></td><td>1</td></tr>"
            "</tbody>\n</table>",
        ),
        ('<p><a href="/a_(b)">x</a></p>', "[x](</a_(b)>)"),
        ('<p><a href="/ü">x</a></p>', '<a href="/ü">x</a>'),
        ('<p><img src="picture:4" alt="A pier" title="Half"></p>', '![A pier](picture:4 "Half")'),
        ('<p><img src="/a.png" alt="" width=10></p>', '<img src="/a.png" alt="" width="10">'),
        ("<p>https://youtu.be/abcdefghijk</p>", "https://www.youtube.com/watch?v=abcdefghijk"),
        (
            '<p><a href="https://vimeo.com/1234567">The pier</a></p>',
            "[The pier](https://vimeo.com/1234567)",
        ),
    ],
)
def test_markdown_is_written_as_an_editor_would_type_it(html: str, markdown: str) -> None:
    tree = read(html, "html").tree
    assert as_markdown(tree) == markdown
    assert read(markdown).tree == tree


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
