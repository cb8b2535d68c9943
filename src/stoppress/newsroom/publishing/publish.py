"""Publish an article."""

from datetime import datetime

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, check_taken_up, check_time, locked, publish_event, save_version
from .breaking import tell_breaking
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
        at: the time of first publication, for a story that was published elsewhere before. A future
            time counts as now; otherwise the story would stand above all news until then.
        by, note: stored in the article's history; the note is public.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        VersionConflict: somebody has changed the article since that version.
        WrongState: the article is not a draft, was discarded, or its embargo or scheduled time is
            not over.
    """
    with live.atomic():
        fresh = locked(article, if_version)
        return publish_locked(fresh, database_time(), by=by, note=note, at=at)


def publish_locked(
    article: Article,
    now: datetime,
    *,
    by: str = "",
    note: str = "",
    at: datetime | None = None,
    responsible: str = "",
) -> Article:
    """Show a locked draft to readers, as of `now`; `responsible` if not `by` answers for it."""
    note = checked_note(note)
    if article.is_public:
        raise WrongState(_("The article is already public."))
    if article.is_retracted:
        raise WrongState(_("The article is retracted. Restore it instead."))
    check_taken_up(article)
    check_time(article, now)
    take_place(article, min(at or now, now), now)
    article.pub_status = Article.PubStatus.USABLE
    save_version(article, now, Version.Act.PUBLISH, note=note, by=by, responsible=responsible)
    publish_event(article, "article.published")
    tell_breaking(article, "article.published", was=False)
    return article
