"""Lock articles: stories first, then posts, both in the order of their ids.

All verbs lock in this order, so that they cannot deadlock.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from stoppress.live.database import log_database
from stoppress.live.log.append import busy_in_words
from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article import ArticleQuerySet


def locked_row(article: Article) -> Article | None:
    """Lock an article, and the story of a post; return the present row, None if it was deleted.

    Raises:
        StreamBusy: another transaction held a lock for too long.
    """
    pk = article.pk or 0
    if article.is_post:
        return locked_rows(pk).get(pk)
    with busy_in_words(log_database()):
        return _lock([pk]).get(pk)


def locked_rows(*pks: int) -> dict[int, Article]:
    """Lock articles, and the stories of posts; return the requested rows that still exist, by id.

    A post comes with its locked story, so the order and visibility of the post cannot change.

    Raises:
        StreamBusy: another transaction held a lock for too long.
    """
    while True:
        with busy_in_words(log_database()), transaction.atomic():
            parents = dict(Article.objects.filter(pk__in=pks).values_list("pk", "parent_id"))
            stories = _lock([parent or pk for pk, parent in parents.items()])
            posts = _lock([pk for pk, parent in parents.items() if parent])
            if all(post.parent_id in stories for post in posts.values()):
                for post in posts.values():
                    post.parent = stories[post.parent_id or 0]
                return {pk: row for pk, row in (stories | posts).items() if pk in pks}
            # A post was moved meanwhile. Its present story may come before the locked rows in the
            # order of locks, so all locks are released.
            transaction.set_rollback(True)


def newest_locked(articles: ArticleQuerySet, limit: int) -> list[Article]:
    """Lock the newest of some articles; return those that still match, newest first.

    Raises:
        StreamBusy: another transaction held a lock for too long.
    """
    rows = locked_rows(*newest(articles, limit))
    return [rows[pk] for pk in newest(articles.filter(pk__in=rows), limit)]


def newest(articles: ArticleQuerySet, limit: int) -> list[int]:
    """Return the ids of the newest of some articles, newest first."""
    return list(articles.order_by(F("order").desc()).values_list("pk", flat=True)[:limit])


def _lock(pks: Collection[int]) -> dict[int, Article]:
    if not pks:
        return {}
    # On SQLite this locks nothing, because BEGIN IMMEDIATE already excludes other writers. `of` is
    # needed because PostgreSQL does not lock the nullable side of a join.
    rows = Article.objects.select_for_update(of=("self",)).select_related("section")
    # The picture is read after the lock: a join would show it as it was before the wait.
    rows = rows.prefetch_related("image")
    return {row.pk: row for row in rows.filter(pk__in=pks).order_by("pk")}
