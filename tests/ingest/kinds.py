"""A small feed of each kind, with the articles that it must become."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """A feed, and facts of its entries in their order.

    Attributes:
        entries: of each entry some of `id`, `title`, `link`, `date` and `text`.
        well_formed: whether nothing in the document is flawed.
    """

    name: str
    body: bytes
    title: str
    entries: tuple[Mapping[str, str], ...]
    content_type: str = "application/xml"
    well_formed: bool = True
    link: str = field(default="https://gazette.example/")


def rss(items: str, head: str = 'version="2.0"', title: str = "Harbour Gazette") -> str:
    return (
        f"<rss {head}><channel><title>{title}</title><link>https://gazette.example/</link>"
        f"<description>All that the town says</description>{items}</channel></rss>"
    )


def atom(entries: str, head: str = 'xmlns="http://www.w3.org/2005/Atom"') -> str:
    return (
        f"<feed {head}><title>Harbour Gazette</title><id>tag:gazette.example,2026:all</id>"
        '<link href="https://gazette.example/"/><updated>2026-03-02T10:00:00Z</updated>'
        f"{entries}</feed>"
    )


CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DUBLIN = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
PODCAST = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'

KINDS = [
    Kind(
        "RSS 0.91, with neither ids nor dates",
        rss(
            "<item><title>Ferry is late</title><link>https://gazette.example/ferry</link>"
            "<description>Fog in the sound.</description></item>"
            "<item><title>Market moves</title><link>https://gazette.example/market</link></item>",
            'version="0.91"',
        ).encode(),
        "Harbour Gazette",
        (
            {"title": "Ferry is late", "link": "https://gazette.example/ferry"},
            {"title": "Market moves", "link": "https://gazette.example/market"},
        ),
    ),
    Kind(
        "RSS 0.92, with entries that have no title",
        rss(
            "<item><description>The mayor has caught a cold.</description></item>"
            "<item><description>The mayor is well again.</description></item>",
            'version="0.92"',
        ).encode(),
        "Harbour Gazette",
        (
            {"text": "The mayor has caught a cold."},
            {"text": "The mayor is well again."},
        ),
    ),
    Kind(
        "RSS 1.0, whose items stand beside the channel",
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
            xmlns="http://purl.org/rss/1.0/" {DUBLIN}>
        <channel rdf:about="https://gazette.example/"><title>Harbour Gazette</title>
            <link>https://gazette.example/</link><description>All</description></channel>
        <item rdf:about="https://gazette.example/tide"><title>Spring tide</title>
            <link>https://gazette.example/tide</link><dc:date>2026-03-02T08:00:00+01:00</dc:date>
            <description>The quay is under water.</description></item></rdf:RDF>""".encode(),
        "Harbour Gazette",
        (
            {
                "title": "Spring tide",
                "link": "https://gazette.example/tide",
                "date": "2026-03-02T07:00:00Z",
                "text": "The quay is under water.",
            },
        ),
    ),
    Kind(
        "RSS 2.0, with the whole text and its author",
        rss(
            '<item><guid isPermaLink="false">g-17</guid><title>Bridge opens</title>'
            "<link>https://gazette.example/bridge?utm_source=rss</link>"
            "<dc:creator>Ann Sailor</dc:creator><pubDate>Mon, 02 Mar 2026 09:30:00 +0200</pubDate>"
            "<description>After nine years.</description>"
            "<content:encoded><![CDATA[<p>After <b>nine</b> years it opens.</p>]]>"
            "</content:encoded></item>",
            f'version="2.0" {CONTENT} {DUBLIN}',
        ).encode(),
        "Harbour Gazette",
        (
            {
                "id": "g-17",
                "title": "Bridge opens",
                "link": "https://gazette.example/bridge?utm_source=rss",
                "date": "2026-03-02T07:30:00Z",
                "text": "After nine years it opens.",
            },
        ),
    ),
    Kind(
        "RSS in windows-1251, which its own first line says",
        (
            '<?xml version="1.0" encoding="windows-1251"?>'
            + rss("<item><guid>ru-1</guid><title>Паром опоздал</title></item>", title="Вестник")
        ).encode("windows-1251"),
        "Вестник",
        ({"id": "ru-1", "title": "Паром опоздал"},),
    ),
    Kind(
        "RSS in ISO-8859-1, which only the server says",
        rss("<item><guid>de-1</guid><title>Fähre verspätet</title></item>").encode("latin-1"),
        "Harbour Gazette",
        ({"id": "de-1", "title": "Fähre verspätet"},),
        "application/rss+xml; charset=iso-8859-1",
    ),
    Kind(
        "RSS in UTF-16",
        rss("<item><guid>jp-1</guid><title>船が遅れる</title></item>").encode("utf-16"),
        "Harbour Gazette",
        ({"id": "jp-1", "title": "船が遅れる"},),
    ),
    Kind(
        "RSS whose entities are HTML's, after a document type",
        (
            '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY eacute "&#233;">]>'
            + rss("<item><guid>fr-1</guid><title>Une soir&eacute;e</title></item>")
        ).encode(),
        "Harbour Gazette",
        ({"id": "fr-1", "title": "Une soirée"},),
        well_formed=False,  # entities that the document defines are not read
    ),
    Kind(
        "RSS with addresses that are relative",
        rss(
            "<item><guid>r-1</guid><title>Near</title><link>/near</link>"
            '<description>&lt;a href="/quay"&gt;the quay&lt;/a&gt;</description></item>'
        ).encode(),
        "Harbour Gazette",
        ({"id": "r-1", "link": "https://gazette.example/near", "text": "the quay"},),
    ),
    Kind(
        "RSS of a podcast",
        rss(
            "<item><guid>p-1</guid><title>Episode one</title><itunes:title>One</itunes:title>"
            "<itunes:summary>An advertisement.</itunes:summary>"
            "<description>We talk about ropes.</description>"
            '<enclosure url="https://gazette.example/1.mp3" length="1" type="audio/mpeg"/></item>',
            f'version="2.0" {PODCAST}',
        ).encode(),
        "Harbour Gazette",
        ({"id": "p-1", "title": "Episode one", "text": "We talk about ropes."},),
    ),
    Kind(
        "RSS without an entry",
        rss("").encode(),
        "Harbour Gazette",
        (),
    ),
    Kind(
        "RSS that ends in the middle",
        rss("<item><guid>c-1</guid><title>Whole</title></item><item><guid>c-2</guid><title>Half")
        .encode()
        .removesuffix(b"</channel></rss>"),
        "Harbour Gazette",
        ({"id": "c-1", "title": "Whole"}, {"id": "c-2", "title": "Half"}),
        well_formed=False,
    ),
    Kind(
        "Atom 0.3",
        b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Harbour Gazette</title>
        <link rel="alternate" type="text/html" href="https://gazette.example/"/>
        <entry><title>Old ship</title><id>tag:gazette.example,2004:1</id>
        <link rel="alternate" type="text/html" href="https://gazette.example/ship"/>
        <issued>2004-03-02T10:00:00Z</issued><modified>2004-03-02T11:00:00Z</modified>
        <summary>She sails again.</summary></entry></feed>""",
        "Harbour Gazette",
        (
            {
                "id": "tag:gazette.example,2004:1",
                "title": "Old ship",
                "link": "https://gazette.example/ship",
                "date": "2004-03-02T10:00:00Z",
                "text": "She sails again.",
            },
        ),
    ),
    Kind(
        "Atom 1.0, with escaped HTML and several links",
        atom(
            "<entry><id>urn:uuid:1</id><title type='html'>Rock &amp;amp; roll</title>"
            '<link rel="self" href="https://gazette.example/1.atom"/>'
            '<link rel="alternate" href="https://gazette.example/1"/>'
            "<published>2026-03-01T23:30:00-01:00</published>"
            "<updated>2026-03-02T10:00:00Z</updated>"
            "<content type='html'>&lt;p&gt;On the &lt;i&gt;quay&lt;/i&gt;.&lt;/p&gt;</content>"
            "</entry>"
        ).encode(),
        "Harbour Gazette",
        (
            {
                "id": "urn:uuid:1",
                "title": "Rock & roll",
                "link": "https://gazette.example/1",
                "date": "2026-03-02T00:30:00Z",
                "text": "On the quay.",
            },
        ),
    ),
    Kind(
        "Atom 1.0, with XHTML and a base of each entry",
        atom(
            '<entry xml:base="https://far.example/a/"><id>urn:uuid:2</id><title>Far</title>'
            '<link href="2"/><updated>2026-03-02T10:00:00Z</updated><content type="xhtml">'
            '<div xmlns="http://www.w3.org/1999/xhtml"><p>A <em>long</em> way.</p></div>'
            "</content></entry>"
            '<entry><id>urn:uuid:3</id><title>Near</title><link href="/3"/>'
            "<updated>2026-03-02T10:00:00Z</updated></entry>",
            'xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example/"',
        ).encode(),
        "Harbour Gazette",
        (
            {"id": "urn:uuid:2", "link": "https://far.example/a/2", "text": "A long way."},
            {"id": "urn:uuid:3", "link": "https://gazette.example/3"},
        ),
    ),
    Kind(
        "Atom 1.0 of a channel of videos",
        atom(
            "<entry><id>yt:video:1</id><title>Launch</title>"
            '<link rel="alternate" href="https://video.example/1"/>'
            "<published>2026-03-02T10:00:00+00:00</published>"
            "<updated>2026-03-02T10:00:00Z</updated>"
            "<media:group><media:title>Buy now</media:title>"
            "<media:description>Sponsors.</media:description></media:group></entry>",
            f'xmlns="http://www.w3.org/2005/Atom" {MEDIA}',
        ).encode(),
        "Harbour Gazette",
        ({"id": "yt:video:1", "title": "Launch", "link": "https://video.example/1"},),
    ),
    Kind(
        "Atom 1.0, with a plain text",
        atom(
            "<entry><id>urn:uuid:4</id><title>Packed</title>"
            '<updated>2026-03-02T10:00:00Z</updated><content type="text/plain">'
            "5 &lt; 7, all the same.</content></entry>"
        ).encode(),
        "Harbour Gazette",
        ({"id": "urn:uuid:4", "title": "Packed", "text": "5 < 7, all the same."},),
    ),
    Kind(
        "RSS with elements that nobody knows",
        rss(
            "<item><guid>u-1</guid><title>Known</title><x:mood>grim</x:mood>"
            "<shelf><title>Unknown</title></shelf></item>",
            'version="2.0" xmlns:x="https://x.example/"',
        ).encode(),
        "Harbour Gazette",
        ({"id": "u-1", "title": "Known"},),
    ),
]

NO_FEEDS = [
    ("a JSON Feed", b'{"version":"https://jsonfeed.org/version/1.1","items":[]}', "JSON Feed"),
    ("JSON", b'{"title":"<rss></rss>"}', "JSON"),
    ("a web page", b"<!doctype html><title>Sign in</title>", "web page"),
    ("nothing", b" \n", "empty"),
    ("another XML", b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "."),
    ("a text", b"404: not here", "."),
]

HOSTILE = [
    "<script>alert(1)</script>",
    "<p onclick='alert(1)'>x</p>",
    "<embed src='https://x.example/a.swf'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<meta http-equiv='refresh' content='0;url=https://x.example/'>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<form action='https://x.example/'><input name=a></form>",
    "<base href='https://x.example/'>",
    "<object data='data:text/html,alert(1)'></object>",
]
