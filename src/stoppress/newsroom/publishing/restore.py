"""Restore a retracted article."""

from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import announce, locked, record, save_version
from .errors import WrongState
from .fields import checked_note


def restore_article(article: Article, *, by: str = "", note: str = "") -> Article:
    """Show a retracted article again, where it stood; its history tells of both.

    Raises:
        WrongState: it is not retracted, or has been put under embargo.
    """
    note = checked_note(note)
    with live.atomic():
        article = locked(article)
        if not article.is_retracted:
            raise WrongState("Only a retracted article can be restored.")
        embargo = article.embargoed_until
        if embargo is not None and embargo > timezone.now():
            raise WrongState(f"The article is under embargo until {embargo:%Y-%m-%d %H:%M:%S} UTC.")
        article.pub_status = Article.PubStatus.USABLE
        article.retraction_note = ""
        save_version(article)
        record(article, Revision.Kind.RESTORE, note=note, by=by)
        announce(article, "article.restored")
    return article
