"""The stream `breaking`: the newest public article that is breaking news, or nothing."""

from zlib import crc32

from django.db import connection

from stoppress import live
from stoppress.newsroom.items import item_in
from stoppress.newsroom.models import Article
from stoppress.newsroom.stream_names import BREAKING

# PostgreSQL advisory lock: two concurrent verbs must not both find that nothing is breaking.
LOCK = crc32(b"stoppress.newsroom.breaking") >> 1
# The event of the other article: the one that this article replaces, or that replaces it.
MOVED = "article.moved"


def tell_breaking(article: Article, event: str, *, was: bool) -> None:
    """Update the stream after a verb. Call this after the article is saved.

    Args:
        event: the name of the article's own event.
        was: the article was public and breaking before.
    """
    now = article.breaking and article.is_public
    if not (was or now):
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as database:
            database.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    other = (
        Article.objects.breaking_news()
        .exclude(pk=article.pk)
        .select_related("section", "image")
        .first()
    )
    before = _newest(article if was else None, other)
    after = _newest(article if now else None, other)
    # A retraction has removed its article from every stream.
    if before is not None and before != after and not before.is_retracted:
        # Without a version, so that the same article can come back unchanged.
        live.remove(BREAKING, event if before == article else MOVED, before.key)
    if after == article:
        live.publish(BREAKING, event, item_in(BREAKING, article))
    elif after is not None and after != before:
        live.publish(BREAKING, MOVED, item_in(BREAKING, after))


def _newest(article: Article | None, other: Article | None) -> Article | None:
    """Return the article with the later place. Each is public or None."""
    found = [each for each in (article, other) if each is not None]
    return max(found, key=lambda each: str(each.place), default=None)
