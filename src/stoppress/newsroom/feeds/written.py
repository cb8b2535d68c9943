"""The parts that RSS and Atom share: feeds as XML, by Django's generator."""

from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Enclosure, SyndicationFeed
from django.utils.html import escape

from .feed import Entry, Feed, Picture, Withdrawn

MEDIA = "http://search.yahoo.com/mrss/"


class WrittenFeed(SyndicationFeed):
    """A feed of Django's generator with items made from `Entry` and `Withdrawn`.

    `item["entry"]` is the item's `Entry` or `Withdrawn`.
    """

    def __init__(self, made: Feed) -> None:
        super().__init__(
            title=made.title,
            link=made.url,
            description=made.description,
            language=made.language,
            author_name=made.publisher,
            subtitle=made.description,
            feed_url=made.address,
            feed_guid=made.address,
        )
        self.made = made
        for entry in made.entries:
            self.add_entry(entry)

    def add_entry(self, entry: Entry | Withdrawn) -> None:
        """Add an item. The description is escaped, because both formats expect HTML there."""
        words, more = _words_and_more(entry)
        self.add_item(
            title=entry.title,
            link=entry.url,
            description=escape(words) if words else None,  # type: ignore[arg-type]
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            entry=entry,
            **more,
        )

    def latest_post_date(self) -> datetime:
        """Return the time of the latest change. For an empty feed, Django would return now."""
        return self.made.updated


def _words_and_more(entry: Entry | Withdrawn) -> tuple[str, dict[str, Any]]:
    """Return an item's description, and the other fields of an article that is not retracted."""
    if isinstance(entry, Withdrawn):
        return entry.text, {}
    picture = entry.picture
    files = [Enclosure(picture.url, str(picture.bytes), picture.type)] if picture else []
    return entry.summary, {"enclosures": files, "item_copyright": entry.rights or None}


def write_picture(handler: Any, picture: Picture) -> None:
    """Write a picture with its description and credit, in the elements of Media RSS."""
    said = {"url": picture.url, "type": picture.type, "medium": "image"}
    sizes = {
        "fileSize": str(picture.bytes),
        "width": str(picture.width),
        "height": str(picture.height),
    }
    handler.startElement("media:content", said | sizes)
    if picture.alt:
        handler.addQuickElement("media:description", picture.alt, {"type": "plain"})
    if picture.credit:
        handler.addQuickElement("media:credit", picture.credit)
    handler.endElement("media:content")
