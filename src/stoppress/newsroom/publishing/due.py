"""Publish the scheduled drafts whose time has come."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError

from stoppress import live
from stoppress.live.trouble import trouble
from stoppress.newsroom.language import in_english
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.models import Article

from .article_row import locked
from .errors import NewsroomError
from .publish import publish_locked
from .stored_fields import stored_fields

logger = logging.getLogger("stoppress.newsroom.publishing")

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)


def publish_due(now: datetime) -> int:
    """Publish every draft whose `publish_at` has come and whose embargo is over.

    An embargo alone publishes nothing, because the draft may not be ready. Each article has its own
    transaction, so a failure does not stop the others. The article shows the desk the reason of its
    failure. The next attempt comes when somebody has saved the article, or after a growing delay.

    Returns:
        The number of published articles.
    """
    return sum(_publish_if_due(article, now) for article in list(Article.objects.due(now)))


def _publish_if_due(article: Article, now: datetime) -> bool:
    try:
        # A refusal is logged and stored.
        with in_english(), live.atomic():
            fresh = locked(article)
            # An editor or another worker may have changed the article since the list was read.
            if not Article.objects.due(now).filter(pk=fresh.pk).exists():
                return False
            publish_locked(fresh, now, by="schedule", responsible=scheduled_by(fresh))
    except live.StreamBusy as error:
        logger.warning("Article %s is due and has to wait: %s", article.pk, error)
    except NewsroomError as error:
        logger.error("Article %s is due and cannot be published: %s", article.pk, error)
        _put_off(article, str(error), now)
    except Exception as error:
        if trouble.note(error):
            return False  # it is still due at the next call
        logger.exception("Article %s was due and could not be published.", article.pk)
        _put_off(article, f"Internal error ({type(error).__name__}); it has been logged.", now)
    else:
        return True
    return False


def scheduled_by(article: Article) -> str:
    """Return the name of the user who set a draft's present `publish_at`; empty if unknown."""
    wanted, found = stored_fields(article)["publish_at"], ""
    history = article.versions.only("by", "fields")
    for version in history.iterator(chunk_size=100):
        if version.fields.get("publish_at") != wanted:
            break
        found = version.by
    return found


def _put_off(article: Article, reason: str, now: datetime) -> None:
    """Store the reason and the retry time; the delay is the overdue time, 1 minute to 1 hour."""
    overdue = now - (article.opens_at or now)
    # Only the version that failed: the editor of a later one may have removed the reason.
    failed = Article.objects.filter(pk=article.pk, version=article.version)
    try:
        failed.update(
            publish_failed=whole_letters(reason, 500),
            publish_retry=now + min(max(overdue, SOONEST), LATEST),
        )
    except DatabaseError:
        logger.exception("Article %s: the reason of the failure could not be stored.", article.pk)
