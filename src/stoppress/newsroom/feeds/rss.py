"""RSS 2.0 (https://www.rssboard.org/rss-specification), with modules that feed readers support."""

from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed, rfc3339_date

from .feed import Entry
from .written import MEDIA, WrittenFeed, write_picture


class Rss(WrittenFeed, Rss201rev2Feed):
    """A feed as RSS.

    A retracted article stays as an entry with the same `guid`, whose only text is the note. A feed
    reader then replaces the entry that it has stored.
    """

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": MEDIA,
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.made.hub:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.made.hub})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry = item["entry"]
        # RSS has no element for the time of a change.
        handler.addQuickElement("atom:updated", rfc3339_date(entry.updated))
        handler.addQuickElement("dc:language", entry.language)
        if entry.html:
            handler.addQuickElement("content:encoded", entry.html)
        if not isinstance(entry, Entry):
            return
        for author in entry.authors:
            handler.addQuickElement("dc:creator", author.name)
        for category in entry.categories:
            handler.addQuickElement("category", category.name, {"domain": category.scheme})
        if entry.rights:
            handler.addQuickElement("dc:rights", entry.rights)
        if entry.picture:
            write_picture(handler, entry.picture)
