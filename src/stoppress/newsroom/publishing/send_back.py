"""Send a submitted draft back."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .errors import WrongState
from .fields import checked_note


def send_back_article(
    article: Article, note: str, *, by: str = "", if_version: Versions = None
) -> Article:
    """Send a submitted draft back to its author.

    The scheduled time is removed, so that the draft does not publish itself. An embargo is kept.

    Args:
        note: the reason, such as a missing part; for the desk, never public.

    Raises:
        InvalidField: the note is missing or not accepted.
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: the article is not a submitted draft.
    """
    note = checked_note(note, needed=True)
    with live.atomic():
        article = locked(article, if_version)
        if not article.is_draft or article.desk_state != Article.DeskState.SUBMITTED:
            raise WrongState(_("Only a submitted draft can be sent back."))
        article.desk_state, article.publish_at = Article.DeskState.SENT_BACK, None
        save_version(article, database_time(), Version.Act.SEND_BACK, note=note, by=by, seen=False)
    return article
