import pytest

from stoppress.newsroom.searching.excerpt import EXCERPT_CHARS, Part, excerpt, marked
from stoppress.newsroom.searching.query import parse_query


def shown(parts: list[Part]) -> str:
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Éclair à Zürich.", "zurich ECLAIR", "[Éclair] à [Zürich]."),
        ("Bridges of the harbour", "bridge harb", "[Bridges] of the [harbour]"),
        ("Bridges; bridge", '"bridge"', "Bridges; [bridge]"),
        ("Don’t panic", "don't", "[Don’t] panic"),
        ("COVID-19 in 19", "covid-19", "[COVID-19] in 19"),
        ("昨日、東京都で火災", "東京 火災", "昨日、[東京]都で[火災]"),
        ("في مدينة القُدْس اليوم", "قدس", "في مدينة ال[قُدْس] اليوم"),
        ("서울에서 열린", "서울", "[서울]에서 열린"),
        ("ﬁnal ½ m²", "final m2", "[ﬁnal] ½ [m²]"),
        ("e\u0301te\u0301 est", "ete", "[e\u0301te\u0301] est"),
        ("co\u00adoperate", "cooperate", "[co\u00adoperate]"),
        ("नई दिल्ली में", "दिल्ली", "नई [दिल्ली] में"),
        ("<b>bridge</b> & co", "bridge", "<b>[bridge]</b> & co"),
        ("nothing", "bridge", "nothing"),
    ],
)
def test_the_words_are_marked_as_the_text_has_them(text, typed, expected):
    parts = marked(text, parse_query(typed).terms)
    assert shown(parts) == expected
    assert "".join(part.text for part in parts) == text


def test_the_paragraph_with_most_of_the_words_is_shown():
    terms = parse_query("bridge harbour").terms
    texts = ["A bridge.", "The harbour and its bridge.", "Harbour bridge."]
    assert shown(excerpt(texts, terms)) == "The [harbour] and its [bridge]."
    assert excerpt(["nothing"], terms) == []


def test_a_long_paragraph_is_cut_around_the_words():
    terms = parse_query("bridge").terms
    line = shown(excerpt([f"{'before ' * 900}bridge {'after ' * 900}"], terms))
    assert line.startswith("…before ") and line.endswith(" after…") and "[bridge]" in line
    assert len(line) <= EXCERPT_CHARS + 10
    cut = excerpt(["東" * 9000 + "京" + "都" * 900], parse_query("京").terms)
    assert len("".join(part.text for part in cut)) <= EXCERPT_CHARS + 10
