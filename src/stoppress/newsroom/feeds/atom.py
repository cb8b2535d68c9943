"""Atom (RFC 4287), with tombstones for retracted entries (RFC 6721)."""

from typing import Any

from django.utils.feedgenerator import Atom1Feed, rfc3339_date

from .feed import Entry, Withdrawn
from .written import MEDIA, WrittenFeed, write_picture

TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


class Atom(WrittenFeed, Atom1Feed):
    """A feed as Atom. A retracted entry is an `at:deleted-entry` with the note."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:at": TOMBSTONES, "xmlns:media": MEDIA}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.made.hub:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.made.hub})

    def write_items(self, handler: Any) -> None:
        for item in self.items:
            entry = item["entry"]
            if isinstance(entry, Withdrawn):
                _write_tombstone(handler, entry)
                continue
            handler.startElement("entry", self.item_attributes(item))
            self.add_item_elements(handler, item)
            handler.endElement("entry")

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["entry"].language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for author in entry.authors:
            handler.startElement("author", {})
            handler.addQuickElement("name", author.name)
            if author.url:
                handler.addQuickElement("uri", author.url)
            handler.endElement("author")
        for category in entry.categories:
            said = {"term": category.slug, "scheme": category.scheme, "label": category.name}
            handler.addQuickElement("category", "", said)
        if entry.original:
            handler.addQuickElement("link", "", {"rel": "via", "href": entry.original})
        if entry.html:
            handler.addQuickElement("content", entry.html, {"type": "html"})
        if entry.picture:
            write_picture(handler, entry.picture)


def _write_tombstone(handler: Any, gone: Withdrawn) -> None:
    said = {"ref": gone.id, "when": rfc3339_date(gone.updated), "xml:lang": gone.language}
    handler.startElement("at:deleted-entry", said)
    handler.addQuickElement("at:comment", gone.text)
    handler.endElement("at:deleted-entry")
