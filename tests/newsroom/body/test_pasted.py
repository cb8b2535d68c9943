"""Pasted text becomes what an editor would have typed, and loses no word."""

import pytest
from hypothesis import HealthCheck, given, settings

from stoppress.newsroom.body.body import TooCostly, read
from stoppress.newsroom.body.pasted import MAX_PASTED, as_text, read_pasted
from tests.effort import no_more_cpu_than

from .clipboard import docs, docs_list, documents, item, word
from .test_words import FEWER, WORD, texts


def markdown(html: str) -> str:
    return as_text(read_pasted(html).tree, "markdown")


def test_a_document_is_markdown_as_an_editor_types_it():
    html = word(
        "<h1>Vote</h1>\n<p class=MsoNormal>The <b style='mso-bidi-font-weight:normal'>council\n</b>"
        "<b>has </b>met: 5*3 people,\nsee&nbsp; <i>below</i>.<br>\n<b>So</b> it was.<br></p>"
        f"{item('1.', 'One')}{item('·', 'Within', 2)}{item('2.', 'Two')}"
        "<table class=MsoTableGrid><tr><td><p><b>Party</b></p></td><td><p><b>Seats</b></p></td>"
        "</tr><tr><td><p>Red</p></td><td><p>12</p></td></tr></table>"
    )
    assert markdown(html) == (
        "## Vote\n\nThe **council has** met: 5*3 people, see *below*.\\\n**So** it was.\n\n"
        "1. One\n   - Within\n2. Two\n\n| Party | Seats |\n| --- | --- |\n| Red | 12 |"
    )
    assert read_pasted(html).warnings == ()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b><br>c</p>", "a **b**\\\nc"),
        ('<p>b<a href="/x">link</a><br>next</p>', "b[link](/x)\\\nnext"),
        ("<p><b>From:</b> Ben<br><b>Sent:</b> x</p>", "**From:** Ben\\\n**Sent:** x"),
        ("<p><b>a</b> <b>b</b><i> c</i> <br> <i> </i></p>", "**a b** *c*"),
    ],
)
def test_a_line_may_end_beside_bold_text_or_a_link(html, text):
    assert markdown(html) == text


def test_the_same_for_a_body_of_html():
    html = docs("<p>One <span style='font-weight:700'>two </span></p>" + docs_list([(1, "Three")]))
    assert as_text(read_pasted(html).tree, "html") == (
        "<p>One <strong>two</strong></p>\n<ul><li>Three</li></ul>"
    )


def test_clipboard_data_around_the_text_is_left_out():
    html = "<html><head><title>Doc</title><style>p {}</style></head><body><p>a</p></body></html>"
    assert read_pasted(html).tree == [["p", "a"]]
    assert read_pasted(html).warnings == ()


def test_the_head_of_the_page_says_which_program_wrote_it():
    html = (
        '<html><head><meta name="generator" content="LibreOffice 7.6"/></head><body><p>It is'
        ' <del>17</del><ins>18</ins>.<a href="#sdfootnote1sym"><sup>1</sup></a></p></body></html>'
    )
    body = read_pasted(html)
    assert as_text(body.tree, "markdown") == "It is 18.<sup>1</sup>"
    assert body.warnings == ("Text that was deleted with tracked changes was left out: “17”.",)


def test_omitted_content_is_named():
    equation = (
        "<!--[if gte msEquation 12]><m:oMath><m:r>E=mc</m:r></m:oMath><![endif]-->"
        '<![if !msEquation]><img src="file:///C:/1.png"><![endif]>'
    )
    box = "<!--[if gte vml 1]><v:textbox><p>It is 9 &lt; 10</p></v:textbox><![endif]-->"
    shape = "<!--[if gte vml 1]><v:shape id=x></v:shape><![endif]-->"
    assert read_pasted(word(f"<p>{equation}a{box}{shape}</p>")).warnings == (
        "Text in an equation or a text box of Word was left out: “E=mc”.",
        "Text in an equation or a text box of Word was left out: “It is 9 < 10”.",
        "A picture without an http or https address was left out. Upload the picture itself"
        " instead.",
    )
    source = "https://lh7-rt.googleusercontent.com/docsz/AD_x"
    pictures = [f'<img src="{source}" alt="Pic {number}">' for number in range(30)]
    assert read_pasted(docs("".join(pictures))).warnings == tuple(
        f"A picture of the pasted document was left out: “Pic {number}”. Upload the picture itself"
        " instead."
        for number in range(30)
    )


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td><b>a</b></td><td>b</td></tr><tr><td>c</td><td>d</td></tr>",
        "<tr><td><b>a</b></td><td><b>b</b></td></tr>",
        "<tr><th>a</th><td><b>b</b></td></tr><tr><td>c</td><td>d</td></tr>",
    ],
    ids=["not all strong", "one row", "has a head"],
)
def test_only_a_row_that_is_wholly_strong_becomes_a_head(rows):
    html = f"<table>{rows}</table>"
    assert read_pasted(html).tree == read(html, "html").tree


def test_a_text_that_is_too_long_is_refused_with_a_message():
    with pytest.raises(TooCostly, match="the limit is 1000000"):
        read_pasted("x" * (MAX_PASTED + 1))


def test_hostile_marks_cost_no_time():
    for piece in ("<!--", "<style></style"):
        with no_more_cpu_than(3):
            read_pasted(piece * 25_000)
    for piece in ("<body ", "<style>"):
        with pytest.raises(TooCostly, match="nested tags"):
            read_pasted(piece * 25_000)
    with no_more_cpu_than(6):
        tree = read_pasted("<b>x</b> " * 20_000).tree
    assert tree == [["p", ["strong", ("x " * 20_000).rstrip()]]]


@given(documents())
@settings(max_examples=FEWER, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_word_is_lost_on_the_way_to_the_field(html: str) -> None:
    body = read_pasted(html)
    for body_format in ("markdown", "html"):
        again = read(as_text(body.tree, body_format), body_format)
        assert again.tree == body.tree
        assert again.warnings == ()
    shown = [found for node in body.tree for text in texts(node) for found in WORD.findall(text)]
    assert shown == WORD.findall(html)
