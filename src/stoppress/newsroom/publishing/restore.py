"""Restore a retracted article."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .breaking import tell_breaking
from .errors import WrongState
from .fields import checked_note
from .search_entries import bring_in_posts
from .states import check_time
from .telling import bring_back_posts, publish_event, remove_retraction


def restore_article(
    article: Article, *, by: str = "", note: str = "", if_version: Versions = None
) -> Article:
    """Show a retracted article again, in its old position.

    Its history keeps the retraction and the restoration.

    Raises:
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: the article is not retracted, or its embargo or scheduled time is not over.
    """
    note = checked_note(note)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        if not article.is_retracted:
            raise WrongState(_("Only a retracted article or post can be restored."))
        check_time(article, now)
        article.pub_status = Article.PubStatus.USABLE
        article.retraction_note = ""
        save_version(article, now, Version.Act.RESTORE, note=note, by=by)
        if article.is_post:
            remove_retraction(article, "article.restored")
        elif article.is_live:
            bring_in_posts(article)
        publish_event(article, "article.restored")
        if article.is_live:
            bring_back_posts(article)
        tell_breaking(article, "article.restored", was=False)
    return article
