"""Lower the articles whose time at the top is over, and give a place to those that have none."""

import logging
from datetime import datetime

from stoppress import live
from stoppress.newsroom.models import Article

from .article_row import locked, publish_event, save
from .breaking import tell_breaking
from .errors import NewsroomError
from .place import free_place, set_order

logger = logging.getLogger("stoppress.newsroom.publishing")


def lower_ranks(now: datetime) -> int:
    """Lower every public article whose `top_until` has come; open pages are told by an event.

    Nothing is recorded, since no editor has changed the article; its version stays.

    Returns:
        The number of articles that were lowered.
    """
    return sum(_move(article, now) for article in list(Article.objects.outranked(now)))


def place_articles(now: datetime) -> int:
    """Give a place to the articles that a process of the previous release has published.

    Such a process may run on between the migration and its restart. Drop in the next release.

    Returns:
        The number of articles that got a place.
    """
    return sum(_move(article, now) for article in list(Article.objects.without_place()))


def _move(article: Article, now: datetime) -> bool:
    """Set an article's order by the clock, and tell its readers; return whether it moved."""
    try:
        with live.atomic():
            fresh = locked(article)
            order, was_breaking = fresh.order, fresh.breaking
            if fresh.place is None and fresh.first_published is not None:
                fresh.place = free_place(fresh.first_published, now)
            set_order(fresh, now)
            if (fresh.order, fresh.breaking) == (order, was_breaking):
                return False  # an editor or another worker was faster
            save(fresh)
            if fresh.is_public:
                publish_event(fresh, "article.updated")
                tell_breaking(fresh, "article.updated", was=was_breaking)
    except (live.StreamBusy, NewsroomError) as error:
        logger.warning("Article %s keeps its rank until the next look: %s", article.pk, error)
        return False
    return True
