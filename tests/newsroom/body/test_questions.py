"""Questions to the editor about a text."""

import pytest

from stoppress.newsroom.body.body import read
from stoppress.newsroom.body.questions import MOST, questions

NO_ALT = "What does the picture {} show? It has no alternative text."
NO_OWN_ALT = "What does picture {} show? It has no alternative text."
HEADING = "Is {} a heading? It is a paragraph in bold."
LEVEL = "Should {} be a heading instead of a subheading? No heading comes before it."
LINK = "Where does the link {} lead? Its text does not say."
TABLE = "Which row or column of the table {} has its headings? No cell is marked as one."
LONG = "https://www.example.org/news/2026/11/30/council"


def asked(text: str, body_format: str = "markdown") -> list[str]:
    return list(questions(read(text, body_format).tree))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![](https://example.org/a/fire.jpg?w=9)", NO_ALT.format("“fire.jpg”")),
        (
            "![IMG_1234.JPG](/a.jpg)",
            "What does the picture “IMG_1234.JPG” show?"
            " Its alternative text is the name of a file.",
        ),
        ("![ ](picture:42)", NO_OWN_ALT.format(42)),
        ("a\n\n### Below", LEVEL.format("“Below”")),
        ("**What it means**\n\nIt means much.", HEADING.format("“What it means”")),
        ("See [Here](/x).", LINK.format("“Here”")),
        ("Mehr [hier klicken …](/x).", LINK.format("“hier klicken …”")),
        (
            f"See {LONG} for more: <{LONG}>",
            LINK.format("“https://www.example.org/news/2026/11/30…”"),
        ),
        ("<table><tr><td>Red</td><td>12</td></tr></table>", TABLE.format("“Red 12”")),
    ],
)
def test_missing_parts_are_asked_about(text, said):
    assert asked(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "![A fire](/a.jpg)",
        "## Above\n\n### Below",
        "**BERLIN** — The council met.",
        "**BERLIN (dpa)**\\\nThe council met.",
        "**The council has met.**\n\nIt was late.",
        "**Update:**\n\nIt was late.",
        f"**{'A long introduction in bold ' * 4}**\n\nIt was late.",
        "**One**\n\n**Two**\n\n- three",
        "Written by\n\n**Ann Bee**",
        "See [here is the whole decision](/x), <https://example.org/>.",
        "| Party | Seats |\n|---|---|\n| Red | 12 |",
    ],
)
def test_a_correct_text_causes_no_question(text):
    assert asked(text) == []


def test_a_picture_with_its_own_text_is_not_asked_about():
    tree = read("![](picture:42) ![](picture:43)").tree
    assert list(questions(tree, {"picture:42"})) == [NO_OWN_ALT.format(43)]


def test_questions_are_few_and_never_repeated():
    assert len(asked("".join(f"![](/{number}.jpg)" for number in range(9)))) == MOST
    assert len(asked("[here](/a) [here](/b)")) == 1
