from stoppress.newsroom.comparing.excerpt import GAP, excerpt
from stoppress.newsroom.comparing.paragraphs import Paragraph
from stoppress.newsroom.comparing.words import Kind, Run


def paragraphs(kinds):
    """Return a paragraph for each letter: `.` is the same in both texts, `x` is new."""
    return [
        Paragraph((Run(Kind.SAME if kind == "." else Kind.INSERTED, str(place)),))
        for place, kind in enumerate(kinds)
    ]


def shown(kinds, most):
    found = excerpt(paragraphs(kinds), most)
    return " ".join("…" if each is GAP else each.runs[0].text for each in found)


def test_a_short_comparison_is_shown_in_full():
    assert shown("..x..", 5) == "0 1 2 3 4"


def test_a_long_comparison_shows_the_differences_with_their_neighbours():
    assert shown("...x...xx", 6) == "… 2 3 4 … 6 7 8"
    assert shown("x......", 6) == "0 1 …"


def test_a_very_long_comparison_shows_the_first_differences():
    assert shown("xxxxx", 3) == "0 1 2 …"
    assert shown("x...x...x", 5) == "0 1 … 3 4 5 …"
