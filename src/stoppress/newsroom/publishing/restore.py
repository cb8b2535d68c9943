"""Restore a retracted article."""

from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import Versions, announce, held_back, locked, record, save_version
from .errors import WrongState
from .fields import checked_note


def restore_article(
    article: Article, *, by: str = "", note: str = "", if_version: Versions = None
) -> Article:
    """Show a retracted article again, where it stood; its history tells of both.

    Raises:
        VersionConflict: somebody has changed it since `if_version`.
        WrongState: it is not retracted, or its embargo or schedule is not over.
    """
    note = checked_note(note)
    with live.atomic():
        article = locked(article, if_version)
        if not article.is_retracted:
            raise WrongState("Only a retracted article can be restored.")
        held_back(article, timezone.now())
        article.pub_status = Article.PubStatus.USABLE
        article.retraction_note = ""
        save_version(article)
        record(article, Revision.Kind.RESTORE, note=note, by=by)
        announce(article, "article.restored")
    return article
