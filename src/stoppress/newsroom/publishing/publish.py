"""Publish an article."""

from datetime import datetime

from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import Versions, announce, held_back, locked, record, save_version
from .errors import WrongState
from .fields import checked_note
from .place import take_place


def publish_article(
    article: Article,
    *,
    by: str = "",
    note: str = "",
    at: datetime | None = None,
    if_version: Versions = None,
) -> Article:
    """Show a draft to readers.

    Args:
        at: when it was first published, for a story that others published before; a time to come
            is taken as now, or the story would stand above all news until then.
        by, note: kept in the article's history; the note is public.
        if_version: the version that the caller has read, or any of several.

    Raises:
        VersionConflict: somebody has changed it since.
        WrongState: it is no draft, or its embargo or schedule is not over.
    """
    with live.atomic():
        fresh = locked(article, if_version)
        return publish_locked(fresh, timezone.now(), by=by, note=note, at=at)


def publish_locked(
    article: Article, now: datetime, *, by: str = "", note: str = "", at: datetime | None = None
) -> Article:
    """Show a locked draft to readers, as of `now`."""
    note = checked_note(note)
    if article.is_public:
        raise WrongState("The article is public already.")
    if article.is_retracted:
        raise WrongState("The article was retracted: restore it.")
    held_back(article, now)
    take_place(article, min(at or now, now))
    article.pub_status = Article.PubStatus.USABLE
    save_version(article)
    record(article, Revision.Kind.PUBLISH, note=note, by=by)
    announce(article, "article.published")
    return article
