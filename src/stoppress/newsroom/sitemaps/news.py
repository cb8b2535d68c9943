"""The entries of the news sitemap: Google News wants articles of two days, 1,000 at most."""

from collections.abc import Callable
from datetime import UTC, timedelta

from stoppress.live.clock import database_time
from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.models import Article

from .entry import Entry, News, news_language

NEW, MOST = timedelta(hours=48), 1000


def entries(absolute: Callable[[str], str]) -> list[Entry]:
    """Return the newest public articles and live stories, the newest first.

    Args:
        absolute: returns the absolute address of a path of the site.
    """
    since = wire_time((database_time() - NEW).astimezone(UTC))
    # `order` begins with the rank, which few articles have, so `place` filters again. Without
    # statistics SQLite uses an index only for `order`.
    recent = Article.objects.listed().filter(order__gte=f"0-{since}", place__gte=since)
    found = recent.order_by("-place")
    fields = "pk", "kind", "headline", "language", "first_published"
    return [
        Entry(
            absolute(article.get_absolute_url()),
            news=News(article.headline, news_language(article.language), article.first_published),
        )
        for article in found.only(*fields)[:MOST]
        if article.first_published
    ]
