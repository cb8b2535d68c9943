"""Correct a public article."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, change, locked, save_version
from .breaking import tell_breaking
from .errors import WrongState
from .fields import checked_note
from .telling import publish_event, shown_in
from .typeset import prepare


def correct_article(
    article: Article,
    note: str,
    changes: Mapping[str, object] | None = None,
    *,
    by: str = "",
    at: datetime | None = None,
    if_version: Versions = None,
) -> Article:
    """Correct an error in a public article, with a note for readers.

    Args:
        note: what was wrong; public, and shown with the article from now on.
        changes: the corrected fields; none if an earlier update corrected the text.
        at: the time of the correction, for a text that was corrected elsewhere before. A future
            time counts as now.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        InvalidField, VersionConflict: nothing was changed.
        WrongState: the article is not public.
    """
    note = checked_note(note, needed=True)
    prepare(changes or {}, article)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        if not article.is_public:
            raise WrongState(_("Only a public article or post can be corrected."))
        before, was_breaking = shown_in(article), article.breaking
        change(article, changes or {}, now)
        article.correction_text, article.correction_date = note, min(at or now, now)
        save_version(article, now, Version.Act.CORRECTION, note=note, by=by)
        publish_event(article, "article.corrected", before=before)
        tell_breaking(article, "article.corrected", was=was_breaking)
    return article
