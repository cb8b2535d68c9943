"""Text that was pasted from Word, Google Docs and LibreOffice keeps what it means."""

import pytest
from hypothesis import HealthCheck, given, settings

from stoppress.newsroom.body.body import html as written
from stoppress.newsroom.body.body import read
from stoppress.newsroom.body.pasted import read_pasted

from .clipboard import docs, docs_list, documents, item, online_item, word
from .test_body import as_html_has_it, check, parsed
from .test_words import FEWER, WORD, hold, texts

# Of a list's signs, which are no words of the text.
OF_SIGNS = ("A list that was numbered with letters", "The number ")
NESTED = ["ul", ["li", "One", ["ul", ["li", "Within"]]], ["li", "Two"]]


def warnings_of(html: str) -> list[str]:
    return list(read(html, "html").warnings)


@pytest.mark.parametrize(
    "html",
    [
        word(item("·", "One") + item("o", "Within", 2) + item("·", "Two")),
        docs(docs_list([(1, "One"), (2, "Within"), (1, "Two")])),
        online_item("ul", 1, "One")
        + online_item("ul", 1, "Within", 2)
        + online_item("ul", 2, "Two"),
    ],
    ids=["Word", "Google Docs", "Word on the web"],
)
def test_a_nested_list_stays_nested(html):
    assert read(html, "html").tree == [NESTED]
    assert warnings_of(html) == []


def test_an_item_of_word_shows_the_number_that_its_marker_has():
    html = word(
        item("3.", "Three")
        + item("4.", "Four")
        + "<p class=MsoNormal>Between</p>"
        + item("5)", "Five")
    )
    assert read(html, "html").tree == [
        ["ol", {"start": "3"}, ["li", "Three"], ["li", "Four"]],
        ["p", "Between"],
        ["ol", {"start": "5"}, ["li", "Five"]],
    ]
    assert warnings_of(html) == []


@pytest.mark.parametrize(
    ("marker", "node", "warnings"),
    [
        (
            "b)",
            ["ol", ["li", "x"]],
            ["A list that was numbered with letters is shown with numbers."],
        ),
        ("2.7.", ["ol", {"start": "7"}, ["li", "x"]], ["The number 2.7. of a list is shown as 7."]),
        ("§", ["ul", ["li", "x"]], []),
        ("Art. 5", ["ul", ["li", "Art. 5 x"]], []),
    ],
)
def test_a_marker_says_which_list_it_is_of(marker, node, warnings):
    html = word(item(marker, "x"))
    assert read(html, "html").tree == [node]
    assert warnings_of(html) == warnings


def test_a_list_ends_with_its_cell_and_before_other_text():
    cell = f"<table><tr><td>{item('·', 'One')}</td><td>Two</td></tr></table>"
    assert read(word(cell + "<p>After</p>"), "html").tree == [
        ["table", ["tbody", ["tr", ["td", ["ul", ["li", "One"]]], ["td", "Two"]]]],
        ["p", "After"],
    ]
    assert read(word(item("·", "One") + "<h1>Head</h1>" + item("·", "Two")), "html").tree == [
        ["ul", ["li", "One"]],
        ["h2", "Head"],
        ["ul", ["li", "Two"]],
    ]


def test_a_further_paragraph_of_an_item_stays_in_it():
    more = "<p class=MsoListParagraphCxSpLast style='margin-left:36pt'>More</p>"
    assert read(word(item("1.", "One") + more + item("2.", "Two")), "html").tree == [
        ["ol", ["li", ["p", "One"], ["p", "More"]], ["li", "Two"]]
    ]


@pytest.mark.parametrize(
    "html",
    [
        word("<p class=MsoTitle>Head<o:p></o:p></p>"),
        word("<h1><b>Head</b></h1>"),
        docs('<h2 dir="ltr"><span style="font-weight:700">Head</span></h2>'),
        docs('<p role="heading" aria-level="1"><span>Head</span></p>'),
        '<div class="OutlineElement"><p role="heading" aria-level="2">Head<span class="EOP" '
        'data-ccp-props="{}">&nbsp;</span></p></div>',
    ],
)
def test_a_heading_is_recognised_by_any_of_its_marks(html):
    assert read(html, "html").tree == [["h2", "Head"]]


def test_the_text_keeps_links_and_weights_and_nothing_else():
    html = docs(
        '<p style="line-height:1.38"><a href="https://www.google.com/url?q=https://example.org/?a%3D1'
        '%26b%3D2&amp;sa=D&amp;source=editors"><span style="color:#15c">page</span></a>'
        '<span style="font-family:Arial;font-weight:700;color:red">bold</span>'
        '<span style="font-style:italic">italic</span></p>'
    )
    link = ["a", {"href": "https://example.org/?a=1&b=2"}, "page"]
    assert read(html, "html").tree == [["p", link, ["strong", "bold"], ["em", "italic"]]]
    assert warnings_of(html) == []


def test_a_link_of_outlook_leads_to_its_target_and_carries_no_mail_address():
    safe = (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2F%3Fa%3D1"
    )
    html = f'<p><a href="{safe}&amp;data=05%7Cben%40example.org&amp;reserved=0">page</a></p>'
    assert read(html, "html").tree == [["p", ["a", {"href": "https://example.org/?a=1"}, "page"]]]


def test_known_wingdings_become_signs_and_others_get_a_warning():
    arrow = "<span style='mso-char-type:symbol;mso-symbol-font-family:Wingdings'>à</span>"
    smiley = '<span style="font-family:Wingdings"><b>J</b></span>'
    assert read(word(f"<p>Ann {arrow} Ben {smiley}</p>"), "html").tree == [
        ["p", "Ann → Ben ", ["strong", "☺"]]
    ]
    assert warnings_of(word(f"<p>Ann {arrow} Ben</p>")) == []
    plane = "<p>By plane <span style=\"font-family:'Wingdings 2'\">Q</span></p>"
    assert warnings_of(word(plane)) == [
        "Symbols of the font Wingdings 2 are shown as letters: “Q”."
    ]


def test_a_table_in_an_object_of_apple_notes_is_a_table():
    html = "<p>One</p><object><table><tr><td>a</td><td>b</td></tr></table></object><p>Two</p>"
    table = ["table", ["tbody", ["tr", ["td", "a"], ["td", "b"]]]]
    assert read(html, "html").tree == [["p", "One"], table, ["p", "Two"]]
    assert warnings_of(html) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?sa=D",
        "https://eur01.safelinks.protection.outlook.com/?url=javascript:alert(1)",
        "https://eur01.safelinks.protection.outlook.com.evil.example/?url=https://example.org/",
    ],
)
def test_a_redirect_without_an_allowed_target_stays_as_it_is(address):
    html = f'<a href="{address}">x</a>'
    assert read(html, "html").tree == [["p", ["a", {"href": address}, "x"]]]


def test_text_deleted_with_tracked_changes_is_left_out_with_a_warning():
    html = word("<p>It has <del cite='mailto:A'>17</del><ins cite='mailto:A'>18</ins> seats.</p>")
    assert read(html, "html").tree == [["p", "It has 18 seats."]]
    assert warnings_of(html) == ["Text that was deleted with tracked changes was left out: “17”."]
    # Without a word processor's marks it is struck text.
    assert read("<p><del>17</del> 18</p>", "html").tree == [["p", ["s", "17"], " 18"]]


@pytest.mark.parametrize(
    "words",
    [
        "We use LibreOffice. Its mso-list and class MsoNormal are known.",
        '<a href="https://www.libreoffice.org/mso-list">Office</a>',
        '<img src="/MsoNormal.png" alt="mso-list: l0">',
    ],
)
def test_words_in_the_text_do_not_identify_the_program(words):
    html = f'<p>{words} <del>17</del> 18 <a href="#top">up</a></p>'
    link = ["a", {"href": "#top"}, "up"]
    assert read(html, "html").tree[0][-3:] == [["s", "17"], " 18 ", link]


def test_a_comment_is_left_out_with_one_warning():
    anchor = (
        '<span class=MsoCommentReference><a class=msocomanchor href="#_msocom_1">[A1]</a></span>'
    )
    comments = (
        "<div style='mso-element:comment-list'><div style='mso-element:comment'>"
        "<div class=msocomtxt><p class=MsoCommentText>Who says so?</p></div></div></div>"
    )
    html = word(f"<p>A claim.{anchor}</p>{comments}")
    assert read(html, "html").tree == [["p", "A claim."]]
    assert warnings_of(html) == ["A comment was left out: “Who says so?”."]
    assert warnings_of(word(f"<p>A claim.{anchor}</p>")) == ["A comment was left out: “[A1]”."]


def test_a_footnote_is_text_below_a_rule():
    html = word(
        '<p>Text<a href="#_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a></p>'
        "<div style='mso-element:footnote-list'><hr size=1><div style='mso-element:footnote'>"
        '<p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> Source.</p></div></div>'
    )
    assert read(html, "html").tree == [["p", "Text[1]"], ["hr"], ["p", "[1] Source."]]
    assert warnings_of(html) == []


@pytest.mark.parametrize(
    "html",
    [
        word('<p><img src="file:///C:/a.png"></p>'),
        docs('<p><img src="data:image/png;base64,AA=="></p>'),
        docs('<p><img src="https://lh7-rt.googleusercontent.com/docsz/AD_x"></p>'),
    ],
)
def test_a_picture_of_the_document_is_to_be_uploaded(html):
    assert read(html, "html").tree == []
    assert len(warnings_of(html)) == 1
    assert warnings_of(html)[0].endswith("Upload the picture itself instead.")


def test_a_checklist_of_google_docs_keeps_its_ticks():
    html = docs(
        '<ul><li role="checkbox" aria-checked="true"><img src="data:image/png;base64,AA" '
        'aria-roledescription="checkbox"><p>Done</p></li>'
        '<li role="checkbox" aria-checked="false"><p>Open</p></li></ul>'
    )
    assert read(html, "html").tree == [["ul", ["li", "☑ Done"], ["li", "☐ Open"]]]


def test_a_line_break_of_word_is_a_line_break():
    own = "<br style='mso-special-character:line-break'>"
    twice = f"<p>a{own}<![if !supportLineBreakNewLine]>{own}<![endif]>b</p>"
    assert read(word(twice), "html").tree == [["p", "a", ["br"], "b"]]


every = settings(max_examples=FEWER, deadline=None, suppress_health_check=list(HealthCheck))


@given(documents())
@every
def test_no_word_of_a_document_is_lost(html: str) -> None:
    body = read(html, "html")
    shown = [word_ for node in body.tree for text in texts(node) for word_ in WORD.findall(text)]
    assert shown == WORD.findall(html)
    assert [each for each in body.warnings if not each.startswith(OF_SIGNS)] == []


@given(documents(lost=True))
@every
def test_losses_of_a_document_are_named_and_nothing_active_remains(html: str) -> None:
    hold(html, "html")
    tree = read(html, "html").tree
    assert parsed(written(tree)) == as_html_has_it(tree)
    for node in [*tree, *read_pasted(html).tree]:
        check(node, "root")
