"""Publish what is due."""

import logging
from datetime import datetime

from stoppress import live
from stoppress.newsroom.models import Article

from .article_row import locked
from .publish import publish_locked

logger = logging.getLogger("stoppress.newsroom.publishing")


def publish_due(now: datetime) -> int:
    """Publish every draft whose `publish_at` has come and whose embargo is over.

    An embargo alone publishes nothing: its draft may not be ready. Each article has a transaction
    of its own; one that fails is logged, and keeps none of the others from their readers.

    Returns:
        How many were published.
    """
    return sum(_publish_if_due(article, now) for article in list(Article.objects.due(now)))


def _publish_if_due(article: Article, now: datetime) -> bool:
    try:
        with live.atomic():
            fresh = locked(article)
            # An editor, or another worker, may have been here since the list was read.
            if not Article.objects.due(now).filter(pk=fresh.pk).exists():
                return False
            publish_locked(fresh, now, by="schedule")
    except Exception:
        logger.exception("Article %s was due and could not be published.", article.pk)
        return False
    return True
