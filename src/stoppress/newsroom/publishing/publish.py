"""Publish an article."""

from datetime import datetime

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .breaking import tell_breaking
from .errors import WrongState
from .fields import checked_note
from .kinds import check_occurred, check_story, settle_occurred
from .place import take_place
from .states import check_taken_up, check_time
from .telling import publish_event
from .time_checks import to_the_millisecond


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
            time counts as now; otherwise the story would be above all news until then.
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
    """Show a locked draft to readers at `now`; `responsible` answers for it, if not `by`."""
    note = checked_note(note)
    if article.is_public:
        raise WrongState(_("It is already public."))
    if article.is_retracted:
        raise WrongState(_("It is retracted. Restore it instead."))
    check_taken_up(article)
    check_time(article, now)
    moment = min(at or now, now)
    if article.is_post:
        check_story(article)
        article.occurred = article.occurred or to_the_millisecond(moment)
        settle_occurred(article, now)
        check_occurred(article, now)
    take_place(article, moment, now)
    article.pub_status = Article.PubStatus.USABLE
    if article.is_live:
        article.coverage = Article.Coverage.OPEN
        article.coverage_started = article.coverage_changed = moment
    save_version(article, now, Version.Act.PUBLISH, note=note, by=by, responsible=responsible)
    publish_event(article, "article.published")
    tell_breaking(article, "article.published", was=False)
    return article
