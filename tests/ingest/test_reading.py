"""`read_elements`: reads XML strictly, and other documents tolerantly."""

import pytest

from stoppress.ingest.reading import read_elements
from tests.effort import no_more_cpu_than

ITEM = "<item><title>Ferry resumes</title><guid>1</guid></item>"
START = '<rss version="2.0" xmlns:own="urn:own" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'


def titles(text: str) -> list[str]:
    return [entry.get("title", "") for entry in read_elements(text).entries]


@pytest.mark.parametrize(
    "start", ["", "\n ", '<?xml version="1.0" encoding="utf-16"?>', "\n<?xml?>\n"]
)
def test_a_document_is_text_whatever_encoding_it_names(start: str) -> None:
    found = read_elements(f"{start}{START}<title>Š</title>{ITEM}</channel></rss>")
    assert (found.version, found.feed.title, len(found.entries), found.flaw) == (
        "rss20",
        "Š",
        1,
        "",
    )


def test_a_document_that_is_not_xml_is_read_and_flagged() -> None:
    found = read_elements(f"{START}<title>A & B</title>{ITEM}")
    assert (found.feed.title, len(found.entries)) == ("A & B", 1)
    assert found.flaw == "not well-formed (invalid token) in line 1"


@pytest.mark.parametrize(
    ("root", "version"),
    [
        ('<feed xmlns:x="http://purl.org/rss/1.0/" xmlns="http://www.w3.org/2005/Atom">', "atom10"),
        (
            '<rdf:RDF xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://purl.org/rss/1.0/"'
            ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
            "rss10",
        ),
        ("<rss xmlns:a='http://www.w3.org/2005/Atom' version='2.0'>", "rss20"),
    ],
)
def test_the_root_element_decides_the_format(root: str, version: str) -> None:
    assert read_elements(f"{root}</{root[1:].partition(' ')[0]}>").version == version


@pytest.mark.parametrize(
    "root", ['<rss version="2.0" xmlns="http://www.w3.org/2005/Atom">', '<rss xmlns="urn:x">']
)
def test_a_feed_may_be_in_any_namespace_as_a_whole(root: str) -> None:
    assert titles(f"{root}<channel>{ITEM}</channel></rss>") == ["Ferry resumes"]


@pytest.mark.parametrize(
    "text",
    [
        f"{START}<own:image href='x'>{ITEM}",
        f"{START}{ITEM.replace('<title>', '<own:thumbnail url=x><title>')}",
        f"{START}{ITEM.replace('<title>', '<own:a><own:b></own:b><title>')}",
        f"{START}{ITEM.replace('<title>', '<own:a><own:title>Other</own:title></own:a><title>')}&",
        f"{START}{ITEM.replace('<title>', '<own:a>Other<b>Other</b></own:a><title>')}&",
        f"{START}{ITEM.replace('<title>', '</own:a></b><title>')}&",
    ],
)
def test_an_extension_that_is_never_closed_swallows_nothing(text: str) -> None:
    assert titles(text) == ["Ferry resumes"]
    assert titles(f"{text}{ITEM}</channel></rss>") == ["Ferry resumes", "Ferry resumes"]


@pytest.mark.parametrize(
    "items",
    [
        f"<item><title>A</title><description>W <b>x</item>{ITEM}</channel></rss>",
        f"<item><title>A</title><description>W <b>x{ITEM}",
        f"<item><title>A</title><description>W <b>x</summary></title></b></channel>{ITEM}",
    ],
)
def test_a_text_that_is_never_closed_swallows_no_item(items: str) -> None:
    found = read_elements(f"{START}{items}").entries
    assert [entry.title for entry in found] == ["A", "Ferry resumes"]
    assert found[0].summary.startswith("W <b>x")
    (last,) = read_elements(f"{START}<item><title>A</title><description>W").entries
    assert last.summary == "W"


def test_prefixes_count_in_malformed_documents_too() -> None:
    rdf = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://purl.org/rss'
        '/1.0/"><a:channel><a:title>T & T</a:title></a:channel>'
        "<a:item><a:title>A</a:title></a:item>"
    )
    assert titles(rdf) == ["A"]
    words = ITEM.replace("<title>", "<atom:title>Other</atom:title><title>")
    assert titles(f"{START}<title>T & T</title>{words}") == ["Ferry resumes"]


def test_an_entry_within_an_extension_is_no_entry_of_the_feed() -> None:
    assert titles(f"{START}<own:more>{ITEM}</own:more>{ITEM}</channel></rss>") == ["Ferry resumes"]


@pytest.mark.slow("it measures long texts")
@pytest.mark.parametrize(
    "text",
    [
        "<own:a>" * 20_000 + "</item>" + "<p>" * 10_000 + "</own:a></x>" * 10_000,
        "<own:a><item>" * 10_000,
        ("<own:a>" + "<title>x</title>" * 3) * 5_000,
    ],
)
def test_tags_that_are_never_closed_are_read_in_time(text: str) -> None:
    with no_more_cpu_than(5):
        read_elements(f"{START}<item>{text}")
