"""Articles as the items of streams: fields, and a view rendered by a template."""

from collections.abc import Collection, Iterator
from typing import Any

from stoppress import live

from .language import site_language
from .models import Article, Version
from .payloads import article_item, story_item
from .post_payloads import key_item, post_item
from .public_versions import public_versions
from .stream_names import WIRE
from .wire import wire_item

# Templates of the streams whose items are not items of a list.
TEMPLATES = {"breaking": "newsroom/_breaking.html"}


def items_in(streams: Collection[str], article: Article) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each stream with the article's item in it; its versions are read once for all."""
    versions = public_versions(article)
    for stream in streams:
        yield stream, item_in(stream, article, versions)


def item_in(stream: str, article: Article, versions: list[Version] | None = None) -> dict[str, Any]:
    """Return an article as an item of a stream: with its text in its own stream, without in lists.

    Events and snapshots both have this item: the article's fields, and a `view` rendered by the
    stream's template. In `wire`, for other programs, it has all fields and no view. Reads
    `article.section`, and `article.parent` of a post.

    Args:
        versions: its `public_versions`, if they were read before.
    """
    if stream == WIRE:
        return wire_item(article, versions)
    if article.is_post:
        return (
            post_item(article, versions) if stream == article.stream else key_item(stream, article)
        )
    if stream == article.stream:
        return story_item(article, versions)
    item = article_item(article)
    section = article.section
    context = {
        "item": item,
        "tone": section and section.tone,
        # On a section's own page, the items do not name the section.
        "is_elsewhere": section and section.stream != stream,
        "site_language": site_language(),
    }
    template = TEMPLATES.get(stream, "newsroom/_item.html")
    return item | {"view": live.view(template, context, stream=stream)}
