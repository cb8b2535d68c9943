"""Submit a draft."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .errors import WrongState
from .states import check_taken_up


def submit_article(article: Article, *, by: str = "", if_version: Versions = None) -> Article:
    """Hand a draft to the desk, which publishes it or sends it back.

    A submitted draft can still be edited, and stays submitted.

    Raises:
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: the article is not a draft, is already submitted, or was discarded.
    """
    with live.atomic():
        article = locked(article, if_version)
        if not article.is_draft:
            raise WrongState(_("Only a draft can be submitted."))
        check_taken_up(article)
        if article.desk_state == Article.DeskState.SUBMITTED:
            raise WrongState(_("The draft is already submitted."))
        article.desk_state = Article.DeskState.SUBMITTED
        save_version(article, database_time(), Version.Act.SUBMIT, by=by, seen=False)
    return article
