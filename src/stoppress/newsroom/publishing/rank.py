"""Lower articles whose time at the top is over, and set the place of articles without one."""

import logging
from collections.abc import Callable
from datetime import datetime

from stoppress import live
from stoppress.live.trouble import trouble
from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article import ArticleQuerySet

from .article_row import locked, save
from .breaking import tell_breaking
from .errors import NewsroomError
from .place import free_place, set_order, wait_for
from .telling import publish_event, withdraw, withdraw_as_article
from .time_checks import to_the_millisecond

logger = logging.getLogger("stoppress.newsroom.publishing")

Due = Callable[[], ArticleQuerySet]


def lower_ranks(now: datetime) -> int:
    """Lower every public article whose `top_until` has come, and publish an event.

    Nothing is recorded, since no editor has changed the article; its version stays. Each article
    has its own transaction, so a failure does not stop the others; the next call tries it again.

    Returns:
        The number of articles that were lowered.
    """
    return _move_each(lambda: Article.objects.outranked(now), now)


def place_articles(now: datetime) -> int:
    """Set the place of articles that a process of the previous release has published.

    A post without `occurred` gets the time of its publication.

    Such a process may run on between the migration and its restart. Drop in the next release.

    Returns:
        The number of articles that got a place.
    """
    posts = _move_each(lambda: Article.objects.without_time(), now)
    return posts + _move_each(lambda: Article.objects.without_place(), now)


def settle_ranks(now: datetime) -> int:
    """Set the rank of articles that a process of the previous release has changed.

    That process knows no rank: it does not move articles that it pins or makes urgent. This reads
    every article, so call it when the worker starts, not periodically. Drop in the next release.

    Returns:
        The number of articles that moved.
    """
    return _move_each(lambda: Article.objects.misranked(), now)


def _move_each(due: Due, now: datetime) -> int:
    return sum(_move_if_due(article, due, now) for article in list(due()))


def _move_if_due(article: Article, due: Due, now: datetime) -> bool:
    """Set an article's order at `now` and publish an event; return whether that was done."""
    try:
        with in_english(), live.atomic():
            fresh = locked(article)
            # An editor or another worker may have changed the article since the list was read, by
            # a later clock than ours.
            if not due().filter(pk=fresh.pk).exists():
                return False
            was_breaking = fresh.breaking
            if fresh.place is None and fresh.first_published is not None:
                fresh.place = free_place(fresh.first_published, now)
                wait_for(fresh.place, now)
            if fresh.is_post and fresh.first_published is not None:
                fresh.occurred = fresh.occurred or to_the_millisecond(fresh.first_published)
                withdraw_as_article(fresh, "article.updated")
            set_order(fresh, now)
            save(fresh)
            if fresh.is_public:
                publish_event(fresh, "article.updated")
                tell_breaking(fresh, "article.updated", was=was_breaking)
            elif fresh.is_post and fresh.is_retracted:
                withdraw(fresh, "article.retracted")
    except (live.StreamBusy, NewsroomError) as error:
        logger.warning("Article %s keeps its order until the next look: %s", article.pk, error)
    except Exception as error:
        if not trouble.note(error):
            logger.exception("Article %s keeps its order until the next look.", article.pk)
    else:
        return True
    return False
