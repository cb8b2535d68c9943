"""Articles as the items of streams: their fields, and a view that a template makes."""

from typing import Any

from stoppress import live

from .language import site_language
from .models import Article
from .payloads import article_item, story_item
from .post_payloads import key_item, post_item
from .stream_names import WIRE
from .wire import wire_item

# Of the streams whose items are no items of a list.
TEMPLATES = {"breaking": "newsroom/_breaking.html"}


def item_in(stream: str, article: Article) -> dict[str, Any]:
    """Return an article as an item of a stream: of its own with its text, of a list without.

    Events and snapshots both have this item. It is the article's fields and a `view`, which the
    stream's template makes; in `wire`, for other programs, all its fields and no view. Reads
    `article.section`, of a post `article.parent`.
    """
    if stream == WIRE:
        return wire_item(article)
    if article.is_post:
        return post_item(article) if stream == article.stream else key_item(stream, article)
    if stream == article.stream:
        return story_item(article)
    item = article_item(article)
    section = article.section
    context = {
        "item": item,
        "tone": section and section.tone,
        # On its own page a section is not named by each item.
        "is_elsewhere": section and section.stream != stream,
        "site_language": site_language(),
    }
    template = TEMPLATES.get(stream, "newsroom/_item.html")
    return item | {"view": live.view(template, context, stream=stream)}
