"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from stoppress.live.protocol.frames import wire_time

from .feed import Author, Entry, Feed, Picture, Withdrawn

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> str:
    """Return a feed as JSON Feed.

    A retracted article stays as an item with the same `id`, whose only text is the note. A feed
    reader then replaces the item that it has stored.
    """
    made: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.address,
        "description": feed.description,
        "authors": [{"name": feed.publisher}],
        "language": feed.language,
    }
    if feed.hub:
        made["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    made["items"] = [_item(each) for each in feed.entries]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def _item(entry: Entry | Withdrawn) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "date_published": wire_time(entry.published),
        "date_modified": wire_time(entry.updated),
        "language": entry.language,
        "content_html": entry.html,
    }
    if isinstance(entry, Withdrawn):
        return made
    if entry.summary:
        made["summary"] = entry.summary
    if entry.authors:
        made["authors"] = [_author(each) for each in entry.authors]
    if entry.categories:
        made["tags"] = [each.name for each in entry.categories]
    if entry.original:
        made["external_url"] = entry.original
    return made | (_shown(entry.picture) if entry.picture else {})


def _author(author: Author) -> dict[str, str]:
    return {"name": author.name, **({"url": author.url} if author.url else {})}


def _shown(picture: Picture) -> dict[str, Any]:
    attached: dict[str, Any] = {"url": picture.url, "mime_type": picture.type}
    if picture.alt:
        attached["title"] = picture.alt
    return {"image": picture.url, "attachments": [attached | {"size_in_bytes": picture.bytes}]}
