"""Write sitemaps as XML: the protocol of sitemaps.org, with Google's extensions."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.utils.xmlutils import SimplerXMLGenerator

from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.feeds.characters import legal

from .entry import Entry, News

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def index(urls: Iterable[str]) -> bytes:
    """Return a sitemap index of the sitemaps at absolute addresses."""
    written, xml = _begun("sitemapindex", {"xmlns": SITEMAP})
    for url in urls:
        xml.startElement("sitemap", {})
        xml.addQuickElement("loc", url)
        xml.endElement("sitemap")
    return _ended(written, xml, "sitemapindex")


def urlset(entries: Iterable[Entry], publication: str = "") -> bytes:
    """Return a sitemap.

    Args:
        publication: the paper's name, for entries of the news sitemap.
    """
    spaces = {"xmlns": SITEMAP, "xmlns:image": IMAGE, "xmlns:news": NEWS}
    written, xml = _begun("urlset", spaces)
    for entry in entries:
        xml.startElement("url", {})
        xml.addQuickElement("loc", entry.url)
        if entry.changed:
            xml.addQuickElement("lastmod", wire_time(entry.changed))
        if entry.news:
            _write_news(xml, entry.news, publication)
        for picture in entry.pictures:
            xml.startElement("image:image", {})
            xml.addQuickElement("image:loc", picture)
            xml.endElement("image:image")
        xml.endElement("url")
    return _ended(written, xml, "urlset")


def _write_news(xml: Any, news: News, publication: str) -> None:
    xml.startElement("news:news", {})
    xml.startElement("news:publication", {})
    xml.addQuickElement("news:name", legal(publication))
    xml.addQuickElement("news:language", news.language)
    xml.endElement("news:publication")
    xml.addQuickElement("news:publication_date", wire_time(news.published))
    xml.addQuickElement("news:title", legal(news.title))
    xml.endElement("news:news")


def _begun(root: str, spaces: dict[str, str]) -> tuple[StringIO, Any]:
    written = StringIO()
    xml: Any = SimplerXMLGenerator(written, "utf-8")
    xml.startDocument()
    xml.startElement(root, spaces)
    return written, xml


def _ended(written: StringIO, xml: Any, root: str) -> bytes:
    xml.endElement(root)
    xml.endDocument()
    return written.getvalue().encode()
