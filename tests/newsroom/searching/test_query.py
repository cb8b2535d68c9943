import pytest

from stoppress.newsroom.searching.query import MOST_CHARS, MOST_WORDS, parse_query


def asked(typed: str) -> list[str]:
    """Return what a folded text must contain, term by term."""
    return [term.text for term in parse_query(typed).terms]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Bridge opens", [" bridge", " opens"]),
        ('"bridge opens" now', [" bridge opens ", " now"]),
        ("„Brücke offen“", [" brucke offen "]),
        ('"never closed', [" never closed "]),
        ("EU 2026 covid-19 don't", [" eu ", " 2026 ", " covid 19 ", " don t "]),
        ("東京 京", ["東京", "京"]),
        ('"東京都"', ["東京都"]),
        ("القدس", ["القدس"]),
        ('"القدس"', [" القدس "]),
        ("a a A", [" a "]),
        ("AND OR NOT NEAR", [" and", " or ", " not", " near"]),
    ],
)
def test_a_query_is_words_that_must_all_be_there(typed, wanted):
    assert asked(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', "***", '" - " ()', "\0", "🎉", "\ud800", "%_\\'"]
)
def test_a_query_without_words_asks_for_nothing(typed):
    assert asked(typed) == []


def test_a_query_that_is_too_long_is_cut_and_marked():
    query = parse_query("word " * 2000)
    assert query.cut and len(query.text) <= MOST_CHARS
    query = parse_query(" ".join(f"w{number}" for number in range(MOST_WORDS + 1)))
    assert query.left_out and not query.cut and len(query.terms) == MOST_WORDS
    assert not parse_query(" ".join("abcdefghijkl")).left_out
    assert parse_query("a\0b\n c").text == "a b c"


def test_a_term_has_the_same_tokens_as_a_text_with_it():
    [term] = parse_query("東京都").terms
    assert term.tokens == [("東京", False), ("京都", False)] and not term.is_told_by_tokens
    [term] = parse_query("京").terms
    assert term.tokens == [("京", True)] and term.is_told_by_tokens
    [term] = parse_query("covid-19").terms
    assert term.tokens == [("covid", False), ("19", False)] and not term.is_told_by_tokens
    [term] = parse_query("bridge").terms
    assert term.tokens == [("bridge", True)] and term.is_told_by_tokens
