"""Discard a draft, and reopen a discarded draft."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .errors import WrongState
from .fields import checked_note
from .states import check_taken_up


def discard_draft(
    article: Article, *, by: str = "", note: str = "", if_version: Versions = None
) -> Article:
    """Discard a draft. It is kept with the user, time and reason, and can be reopened.

    The scheduled time is removed, so that a reopened draft does not publish itself.

    Args:
        note: why; for the desk, never public.

    Raises:
        InvalidField: the note is not accepted.
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: the article is not a draft, or is already discarded.
    """
    note = checked_note(note)
    with live.atomic():
        article = locked(article, if_version)
        if not article.is_draft:
            raise WrongState(_("Only a draft can be discarded. Retract a public article instead."))
        check_taken_up(article)
        article.desk_state, article.publish_at = Article.DeskState.DISCARDED, None
        save_version(article, database_time(), Version.Act.DISCARD, note=note, by=by, seen=False)
    return article


def reopen_draft(
    article: Article, *, by: str = "", note: str = "", if_version: Versions = None
) -> Article:
    """Reopen a discarded draft, as a plain draft.

    Args:
        note: why; for the desk, never public.

    Raises:
        InvalidField: the note is not accepted.
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: the article is not a discarded draft.
    """
    note = checked_note(note)
    with live.atomic():
        article = locked(article, if_version)
        if not article.is_discarded:
            raise WrongState(_("Only a discarded draft can be reopened."))
        article.desk_state = Article.DeskState.DRAFT
        save_version(article, database_time(), Version.Act.REOPEN, note=note, by=by, seen=False)
    return article
