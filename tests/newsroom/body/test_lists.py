import pytest

from stoppress.newsroom.body.body import read, tree


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("17. juni er nasjonaldag.", [["ol", {"start": "17"}, ["li", "juni er nasjonaldag."]]]),
        ("1986. A great year", [["ol", {"start": "1986"}, ["li", "A great year"]]]),
        ("3. Three\n4. Four", [["ol", {"start": "3"}, ["li", "Three"], ["li", "Four"]]]),
        ("0. Zero", [["ol", {"start": "0"}, ["li", "Zero"]]]),
        (
            "1. Red\n2. Blue\n2. Green\n4. Grey",
            [
                ["ol", ["li", "Red"], ["li", "Blue"]],
                ["ol", {"start": "2"}, ["li", "Green"]],
                ["ol", {"start": "4"}, ["li", "Grey"]],
            ],
        ),
        ("1. a\n1. b", [["ol", ["li", "a"], ["li", "b"]]]),
        ("- a\n\n  7. b", [["ul", ["li", "a", ["ol", {"start": "7"}, ["li", "b"]]]]]),
    ],
)
def test_a_list_in_markdown_shows_the_numbers_that_were_typed(text, made):
    assert tree(text) == made


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("<ol start=17><li>a</ol>", [["ol", {"start": "17"}, ["li", "a"]]]),
        ("<ol start=-1><li>a</ol>", [["ol", {"start": "-1"}, ["li", "a"]]]),
        ("<ol start=1><li>a</ol>", [["ol", ["li", "a"]]]),
        ("<ol start=3.7><li>a</ol>", [["ol", {"start": "3"}, ["li", "a"]]]),
        ("<ol><li value=4.>a</ol>", [["ol", {"start": "4"}, ["li", "a"]]]),
        ("<ol start=1e9><li>a</ol>", [["ol", ["li", "a"]]]),
        ("<ol start=99999999999><li>a</ol>", [["ol", ["li", "a"]]]),
        (
            "<ol reversed><li>a<li>b</ol>",
            [["ol", {"start": "2"}, ["li", "a"]], ["ol", ["li", "b"]]],
        ),
        (
            "<ol><li>a<li value=5>b<li>c</ol>",
            [["ol", ["li", "a"]], ["ol", {"start": "5"}, ["li", "b"], ["li", "c"]]],
        ),
        ("<ul><li value=5>a</ul>", [["ul", ["li", "a"]]]),
        ("<menu><li>a</menu>", [["ul", ["li", "a"]]]),
    ],
)
def test_a_list_in_html_shows_the_numbers_that_a_browser_shows(html, made):
    assert tree(html, "html") == made


def test_a_list_numbered_with_letters_gets_a_warning():
    for html in ("<ol type=a><li>x</ol>", '<ol><li style="list-style-type:lower-roman">x</ol>'):
        assert read(html, "html").warnings == (
            "A list that was numbered with letters is shown with numbers.",
        )
    assert read("007. Bond").warnings == ("The number 007 of a list is shown as 7.",)
