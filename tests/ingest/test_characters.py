"""`without_forbidden`: only the forbidden character is lost, and nothing beside it."""

import pytest

from stoppress.ingest.characters import without_forbidden
from stoppress.ingest.parse import parse
from tests.effort import no_more_cpu_than

FORBIDDEN = [
    *("&#0;", "&#8;", "&#x1f;", "&#xFFFE;", "&#xD800;", "&#XDFFF;", "&#56832;", "&#55357;"),
    *("&#56832;&#55357;", "&#x110000;", "&#1114112;", "&#99999999999;", f"&#{'9' * 5000};"),
    *("\x00", "\x1f", "\ufffe", "\ud83d", f"&#x{'0' * 5000}d800;"),
]


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_only_characters_that_xml_forbids_are_left_out(forbidden: str) -> None:
    assert without_forbidden(f"<a>1{forbidden}2</a>") == "<a>12</a>"


@pytest.mark.parametrize(
    "allowed",
    ["&#9;", "&#10;", "&#65;", "&#x1F600;", "&#150;", "&#xFFFD;", "&#x10FFFF;", "&#0065;", "&#;"],
)
def test_a_number_of_any_other_character_stays_as_it_is(allowed: str) -> None:
    assert without_forbidden(f"1{allowed}2") == f"1{allowed}2"


@pytest.mark.parametrize("pair", ["&#55357;&#56832;", "&#xD83D;&#xde00;"])
def test_references_to_a_surrogate_pair_become_one_character(pair: str) -> None:
    assert without_forbidden(f"a &#xD83D; {pair} b") == "a  \U0001f600 b"


@pytest.mark.parametrize("end", ["", "<br>"])
@pytest.mark.parametrize("number", ["&#xD800;", "&#x110000;", "&#99999999999;", "&#0;"])
def test_a_reference_to_no_character_does_not_spoil_a_feed(number: str, end: str) -> None:
    feed = parse(
        f"""<rss version="2.0"><channel><title>The {number}Wire</title><item>
        <guid>g{number}1</guid><link>https://wire.example/{number}1</link><title>Fer{number}ry{end}
        </title><author>Ann{number}e</author><pubDate>2026-01-05{number}</pubDate>
        <description>Te{number}xt</description></item></channel></rss>""".encode()
    )
    (entry,) = feed.entries
    assert (feed.title, entry.id, entry.title, entry.author) == ("The Wire", "g1", "Ferry", "Anne")
    assert (entry.link, entry.summary_html) == ("https://wire.example/1", "Text")
    assert entry.published is not None
    assert feed.flaw == "it has characters that XML does not allow"


@pytest.mark.slow("it measures long texts")
@pytest.mark.parametrize(
    "text", ["&#" * 2_000_000, "&#8;" * 1_000_000, "&#" + "0" * 4_000_000, "&#55357;" * 500_000]
)
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    with no_more_cpu_than(4):
        without_forbidden(text)
