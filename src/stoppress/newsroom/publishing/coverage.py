"""Open, pause or close the coverage of a live story."""

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.live.trouble import trouble
from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.models.article_choices import Coverage

from .article_row import Versions, locked, save_version
from .errors import InvalidField, NewsroomError, WrongState
from .telling import publish_event

logger = logging.getLogger("stoppress.newsroom.publishing")

ACTS = {
    Coverage.OPEN: Version.Act.RESUME,
    Coverage.PAUSED: Version.Act.PAUSE,
    Coverage.CLOSED: Version.Act.CLOSE,
}


def set_coverage(
    story: Article,
    state: str,
    *,
    by: str = "",
    at: datetime | None = None,
    if_version: Versions = None,
) -> Article:
    """Set a live story's coverage to open, paused or closed; posts are possible in each state.

    A story whose coverage is already in that state is not changed.

    Args:
        state: a value of `Article.Coverage`.
        at: the time of the change, for a story that was published elsewhere before. A future time
            counts as now; a time before the start of the coverage counts as that start.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        InvalidField: the state does not exist.
        VersionConflict: somebody has changed the story since that version.
        WrongState: the article is not a public live story.
    """
    if state not in Coverage.values:
        raise InvalidField("state", _("must be open, paused or closed."))
    with live.atomic():
        return _set(locked(story, if_version), Coverage(state), database_time(), by, at=at)


def _set(
    story: Article, state: Coverage, now: datetime, by: str, *, at: datetime | None = None
) -> Article:
    if not story.is_live:
        raise WrongState(_("Only a live story has coverage."))
    if not story.is_public:
        raise WrongState(_("The story is not public."))
    if story.coverage != state:
        since = now if at is None else max(min(at, now), story.coverage_started or now)
        story.coverage, story.coverage_changed = state, since
        save_version(story, now, ACTS[state], by=by)
        publish_event(story, "article.updated")
    return story


def close_quiet(now: datetime) -> int:
    """Close the coverage of every live story that was quiet for its `quiet_hours`.

    A story is quiet while it does not change, and no post of it is published, changed, retracted or
    moved. Each story has its own transaction, so a failure does not stop the others; the next call
    tries it again.

    Returns:
        The number of stories that were closed.
    """
    return sum(_close_if_quiet(story, now) for story in list(Article.objects.going_on().timed()))


def _close_if_quiet(story: Article, now: datetime) -> bool:
    if not _is_quiet(story, now):
        return False
    try:
        with in_english(), live.atomic():
            fresh = locked(story)
            still = Article.objects.going_on().timed().filter(pk=story.pk).exists()
            if not (still and _is_quiet(fresh, now)):
                return False
            _set(fresh, Coverage.CLOSED, now, by="schedule")
    except (live.StreamBusy, NewsroomError) as error:
        logger.warning("Story %s stays open until the next look: %s", story.pk, error)
    except Exception as error:
        if not trouble.note(error):
            logger.exception("Story %s stays open until the next look.", story.pk)
    else:
        return True
    return False


def _is_quiet(story: Article, now: datetime) -> bool:
    last = story.latest_change or story.version_created
    return last + timedelta(hours=story.quiet_hours or 0) <= now
