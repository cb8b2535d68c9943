"""Each element has its own text, base and author, in XML and in documents that are nearly XML."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stoppress.ingest.elements import join
from stoppress.ingest.entry import Entry, ParsedFeed
from stoppress.ingest.parse import parse
from stoppress.ingest.story import Story, compose

HERE = "http://here.example/news/feed.xml"
NAMESPACES = {
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "own": "https://own.example/ns",
    "yt": "http://www.youtube.com/xml/schemas/2015",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
CORE = "<title>Ferry resumes</title><description>It sails from noon.</description>"
ATOM_CORE = "<title>Ferry resumes</title><summary>It sails from noon.</summary>"
MEDIA = (
    '<media:content url="https://img.example/1.jpg"><media:title>Photo of a boat</media:title>'
    "<media:description>A boat at the pier</media:description>"
    "<media:credit>A. Nother</media:credit></media:content>"
)
EXTENSIONS = [
    MEDIA,
    f"<media:group>{MEDIA}</media:group>",
    "<media:title>Photo</media:title><media:description>Caption</media:description>",
    '<media:description type="html">Caption</media:description>',
    "<itunes:title>Episode</itunes:title><itunes:subtitle>Sub</itunes:subtitle>"
    "<itunes:summary>Sum</itunes:summary><itunes:author>Company</itunes:author>",
    "<googleplay:description>Sum</googleplay:description><googleplay:author>C</googleplay:author>",
    "<dc:title>Other</dc:title><dc:description>Other words</dc:description>",
    "<dcterms:title>Other</dcterms:title><dcterms:abstract>Other words</dcterms:abstract>",
    "<own:title>Other</own:title><own:summary>x</own:summary><own:content>x</own:content>"
    "<own:link>http://o.example/</own:link><own:guid>o</own:guid><own:author>O</own:author>",
    "<own:related><title>Related</title><description>Other</description><guid>o</guid>"
    "<link>http://o.example/</link><author>O</author></own:related>",
    "<image><title>Logo</title><description>Other</description><link>http://o.example/</link>"
    "<url>http://o.example/i.png</url></image>",
    '<title xmlns="https://own.example/other">Other</title>',
    '<content:title xmlns:content="https://own.example/other">Other</content:title>',
    '<content:encoded xmlns:content="https://own.example/other">Other</content:encoded>',
]


Damage = Callable[[bytes], bytes]


def rss(items: str, channel: str = "", attributes: str = "") -> bytes:
    return (
        f'<rss version="2.0" {DECLARED} {attributes}><channel><title>T</title>{channel}{items}'
        "</channel></rss>"
    ).encode()


def atom(entries: str, feed: str = "", attributes: str = "") -> bytes:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {DECLARED} {attributes}><title>T</title>'
        f"{feed}{entries}</feed>"
    ).encode()


def read(body: bytes) -> ParsedFeed:
    return parse(body, "", HERE)


def only_entry(body: bytes) -> Entry:
    (entry,) = read(body).entries
    return entry


def story(body: bytes) -> Story:
    feed = read(body)
    (entry,) = feed.entries
    return compose(entry, feed, HERE)


def broken(body: bytes) -> bytes:
    """Return a document that one ampersand makes invalid as XML."""
    return body.replace(b"<title>T</title>", b"<title>T & T</title>")


# Without XML, single elements have no namespaces.
DAMAGED = [(bytes, each) for each in EXTENSIONS]
DAMAGED += [(broken, each) for each in EXTENSIONS if "xmlns" not in each]


@pytest.mark.parametrize(("damage", "extension"), DAMAGED)
@pytest.mark.parametrize("first", [True, False])
def test_an_extension_is_neither_headline_nor_text(
    damage: Damage, extension: str, first: bool
) -> None:
    for core, document in ((CORE, rss), (ATOM_CORE, atom)):
        kind = "item" if document is rss else "entry"
        words = extension + core if first else core + extension
        entry = only_entry(damage(document(f"<{kind}>{words}</{kind}>")))
        assert (entry.title, entry.id, entry.link, entry.author) == ("Ferry resumes", "", "", "")
        assert "It sails from noon." in entry.summary_html
        assert len(entry.summary_html) < 30
        assert entry.content_html == ""


@pytest.mark.parametrize("extension", [each for each in EXTENSIONS if "<dc:" not in each])
def test_an_extension_alone_is_no_text(extension: str) -> None:
    entry = only_entry(rss(f"<item><guid>1</guid>{extension}</item>"))
    assert (entry.title, entry.summary_html, entry.content_html) == ("", "", "")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_whole_text_stays_whole_beside_an_extension(extension: str) -> None:
    whole = "<content:encoded><![CDATA[<p>The whole story.</p>]]></content:encoded>"
    for words in (CORE + whole + extension, extension + whole + CORE, whole + extension + CORE):
        entry = only_entry(rss(f"<item>{words}</item>"))
        assert entry.content_html == "<p>The whole story.</p>"
        assert entry.summary_html == "It sails from noon."


@pytest.mark.parametrize("damage", [bytes, broken])
@pytest.mark.parametrize("second", ["description", "summary", "atom:summary"])
@pytest.mark.parametrize("whole", ["content:encoded", "content", "fullitem"])
def test_the_whole_text_stays_whole_beside_two_summaries(
    damage: Damage, second: str, whole: str
) -> None:
    text = f"<{whole} type='html'>The whole</{whole}>"
    entry = only_entry(damage(rss(f"<item>{CORE}<{second}>Short</{second}>{text}</item>")))
    assert (entry.content_html, entry.summary_html) == ("The whole", "It sails from noon.")
    entry = only_entry(damage(rss(f"<item>{CORE}{text}<{second}>Short</{second}></item>")))
    assert entry.content_html == "The whole"


@pytest.mark.parametrize("damage", [bytes, broken])
def test_the_full_text_of_rss_is_preferred_to_that_of_atom(damage: Damage) -> None:
    own = "<content:encoded>The whole</content:encoded>"
    atoms = "<atom:content type='html'>Another</atom:content>"
    for words in (own + atoms, atoms + own):
        assert only_entry(damage(rss(f"<item>{CORE}{words}</item>"))).content_html == "The whole"
    assert only_entry(damage(rss(f"<item>{CORE}{atoms}</item>"))).content_html == "Another"


@pytest.mark.parametrize("prefix", ["content", "c"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("end", ["", "/"])
def test_a_misspelt_namespace_is_no_extension(prefix: str, scheme: str, end: str) -> None:
    uri = f"{scheme}://purl.org/rss/1.0/modules/content{end}"
    whole = f'<{prefix}:encoded xmlns:{prefix}="{uri}">The whole</{prefix}:encoded>'
    assert only_entry(rss(f"<item>{CORE}{whole}</item>")).content_html == "The whole"
    mrss = f"{scheme}://search.yahoo.com/mrss{end}"
    photo = f"<{prefix}:title xmlns:{prefix}='{mrss}'>P</{prefix}:title>"
    assert only_entry(rss(f"<item>{photo}{CORE}</item>")).title == "Ferry resumes"


def test_two_summaries_in_atom_are_not_the_text() -> None:
    words = f"{ATOM_CORE}<summary>It sails.</summary><content>The whole</content>"
    assert only_entry(atom(f"<entry>{words}</entry>")).content_html == "<p>The whole</p>"


def test_the_second_of_two_summaries_is_the_text_if_there_is_none() -> None:
    entry = only_entry(rss(f"<item>{CORE}<description>It sails.</description></item>"))
    assert (entry.content_html, entry.summary_html) == ("<p>It sails.</p>", "It sails from noon.")


def test_dublin_core_is_used_for_missing_fields() -> None:
    words = "<dc:title>A &amp;amp; B</dc:title><dc:description>&lt;p&gt;Words.</dc:description>"
    entry = only_entry(rss(f"<item>{words}</item>"))
    assert (entry.title, entry.summary_html) == ("A & B", "<p>Words.")


def test_the_feeds_own_title_is_not_that_of_an_extension() -> None:
    extension = "<itunes:title>I</itunes:title><media:title>M</media:title><own:title>O</own:title>"
    body = f'<rss version="2.0" {DECLARED}><channel>{extension}<title>T</title></channel></rss>'
    assert read(body.encode()).title == "T"


def test_atoms_elements_in_rss_leave_its_headline_alone() -> None:
    words = (
        "<atom:title>A</atom:title><atom:summary>S</atom:summary><atom:id>i</atom:id>"
        "<atom:updated>2026-01-05T10:00:00Z</atom:updated>"
        "<atom:author><atom:name>Ann Smith</atom:name></atom:author>"
    )
    entry = only_entry(rss(f"<item>{words}<guid>1</guid>{CORE}</item>"))
    assert (entry.title, entry.id, entry.summary_html) == (
        "Ferry resumes",
        "1",
        "It sails from noon.",
    )
    assert (entry.author, entry.updated) == ("Ann Smith", datetime(2026, 1, 5, 10, tzinfo=UTC))


def test_atoms_link_in_rss_counts_if_there_is_no_other() -> None:
    link, atoms = "<link>http://r.example/1</link>", '<atom:link href="http://a.example/1"/>'
    for words in (link + atoms, atoms + link):
        feed = read(rss(f"<item>{words}</item>", words))
        assert (feed.link, feed.entries[0].link) == ("http://r.example/1", "http://r.example/1")
    assert only_entry(rss(f"<item><guid>1</guid>{atoms}</item>")).link == "http://a.example/1"


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "application/atom+xml", "a/b+xml"])
def test_a_document_within_an_entry_is_not_the_entry(kind: str) -> None:
    inner = '<entry><title>Other</title><id>2</id><link href="http://o.example/"/></entry>'
    words = f'<id>1</id><content type="{kind}">{inner}</content>{ATOM_CORE}'
    entry = only_entry(atom(f"<entry>{words}</entry>"))
    assert (entry.id, entry.title, entry.link) == ("1", "Ferry resumes", "")
    assert (entry.summary_html, entry.content_html) == ("<p>It sails from noon.</p>", "")


@pytest.mark.parametrize(
    "inner", ["summary", "title", "content", "description", "author", "source"]
)
def test_an_element_within_a_text_is_of_the_text(inner: str) -> None:
    html = f"<p>One</p><div><{inner}>in</{inner}>two</div><p>Three</p>"
    xhtml = f'<div xmlns="http://www.w3.org/1999/xhtml">{html}</div>'
    words = f'<title>Ferry resumes</title><content type="xhtml">{xhtml}</content>'
    entry, after = read(atom(f"<entry>{words}</entry><entry>{ATOM_CORE}</entry>")).entries
    assert (entry.title, entry.content_html) == ("Ferry resumes", html)
    assert (after.title, after.summary_html) == ("Ferry resumes", "<p>It sails from noon.</p>")
    item = only_entry(
        rss(f"<item><title>Ferry resumes</title><description>{html}</description></item>")
    )
    assert item.title == "Ferry resumes"
    assert "<p>Three</p>" in item.summary_html


LINK = '<p><a href="x">x</a></p>'
ESCAPED = LINK.replace("<", "&lt;")


@pytest.mark.parametrize("damage", [bytes, broken])
def test_each_element_has_its_own_base(damage: Damage) -> None:
    feed = read(
        damage(
            atom(
                f"""<entry xml:base="http://e.example/a/"><link href="1"/>
                    <summary type="html" xml:base="s/">{ESCAPED}</summary>
                    <content type="html" xml:base="http://c.example/">{ESCAPED}</content></entry>
                <entry><link href="2"/><content type="html">{ESCAPED}</content></entry>
                <entry xml:base="when/2026/"><link xml:base="../2027/" href="3"/>
                    <content type="html">{ESCAPED}</content></entry>"""
            )
        )
    )
    links = [entry.link for entry in feed.entries]
    assert links == [
        "http://e.example/a/1",
        "http://here.example/news/2",
        "http://here.example/news/when/2027/3",
    ]
    assert feed.entries[0].summary_base == "http://e.example/a/s/"
    bodies = [compose(entry, feed, HERE).body for entry in feed.entries]
    assert 'href="http://c.example/x"' in bodies[0]
    assert 'href="http://here.example/news/x"' in bodies[1]  # beside its link
    assert 'href="http://here.example/news/when/2026/x"' in bodies[2]


def test_a_base_around_the_feed_is_relative_to_the_document() -> None:
    entries = (
        f'<entry xml:base="b/"><link href="1"/><content type="html">{ESCAPED}</content></entry>'
    )
    entry = only_entry(atom(entries, attributes='xml:base="/a/"'))
    assert (entry.link, entry.content_base) == (
        "http://here.example/a/b/1",
        "http://here.example/a/b/",
    )


def test_the_base_of_an_item_of_rss_is_not_its_neighbours() -> None:
    item = f"<link>1</link><description>{ESCAPED}</description>"
    feed = read(rss(f'<item xml:base="http://b.example/p/">{item}</item><item>{item}</item>'))
    assert [entry.link for entry in feed.entries] == [
        "http://b.example/p/1",
        "http://here.example/news/1",
    ]
    assert [entry.summary_base for entry in feed.entries] == ["http://b.example/p/", ""]


def test_within_xhtml_each_element_has_its_own_base() -> None:
    div = (
        '<div xmlns="http://www.w3.org/1999/xhtml" xml:base="http://d.example/"><a href="1">1</a>'
        '<p xml:base="p/"><img src="2.png" alt=""/></p><a href="3">3</a></div>'
    )
    for base in ("", 'xml:base="http://c.example/c/"'):
        body = story(atom(f'<entry><content type="xhtml" {base}>{div}</content></entry>')).body
        assert 'href="http://d.example/1"' in body
        assert 'src="http://d.example/p/2.png"' in body
        assert 'href="http://d.example/3"' in body


@pytest.mark.parametrize(
    "base", ["javascript:alert(1)", "data:text/html,", "http://[::1", "file:///"]
)
def test_a_base_that_is_not_a_web_address_is_ignored(base: str) -> None:
    entry = only_entry(rss(f'<item xml:base="{base}"><link>1</link></item>'))
    assert (entry.link, entry.summary_base) == ("http://here.example/news/1", "")


def test_an_attribute_named_base_without_the_xml_prefix_is_ignored() -> None:
    assert only_entry(rss('<item base="http://b.example/"><link>1</link></item>')).link == (
        "http://here.example/news/1"
    )


def test_an_address_that_cannot_be_joined_stays_as_it_is() -> None:
    assert join("http://a.example/", "http://[::1") == "http://[::1"


def person(name: str) -> str:
    return f"<author><name>{name}</name><email>a@x.example</email></author>"


def test_an_entry_of_atom_without_authors_has_its_feeds() -> None:
    entries = (
        f"<entry>{person('Bo')}{person('Cy')}</entry><entry/>"
        f"<entry><source><title>S</title>{person('Di')}</source></entry>"
        "<entry><source><title>S</title></source></entry>"
    )
    for feed in (read(atom(entries, person("Ann"))), read(atom(person("Ann") + entries))):
        assert [entry.author for entry in feed.entries] == ["Bo, Cy", "Ann", "Di", "Ann"]


def test_an_item_of_rss_without_author_has_none() -> None:
    channel = (
        "<managingEditor>ed@x.example (Ed)</managingEditor><webMaster>w@x.example (W)</webMaster>"
        "<dc:creator>Ann</dc:creator><itunes:author>Company</itunes:author>"
    )
    assert only_entry(rss("<item/>", channel)).author == ""
    assert only_entry(rss("<item><dc:creator>Bo</dc:creator></item>", channel)).author == "Bo"


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("<dc:date>2026-01-05T11:00:00Z</dc:date><pubDate>05 Jan 2026 10:00 GMT</pubDate>", 10),
        ("<pubDate>05 Jan 2026 10:00 GMT</pubDate><dc:date>2026-01-05T11:00:00Z</dc:date>", 10),
        ("<pubDate>05/01/2026</pubDate><dc:date>2026-01-05T11:00:00Z</dc:date>", 11),
        ("<pubDate>05/01/2026</pubDate><own:published>2026-01-05T11:00:00Z</own:published>", None),
        ("<atom:updated>2026-01-05T11:00:00Z</atom:updated>", 11),
        ("<dcterms:created>2026-01-05T11:00:00Z</dcterms:created>", 11),
        ("<media:content><pubDate>05 Jan 2026 10:00 GMT</pubDate></media:content>", None),
        ("<source><updated>2026-01-05T11:00:00Z</updated></source>", None),
    ],
)
def test_the_first_date_of_the_item_itself_counts(dates: str, published: int | None) -> None:
    made = story(rss(f"<item><guid>1</guid>{dates}</item>"))
    assert (made.published and made.published.hour) == published
