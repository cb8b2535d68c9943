"""Retract a public article."""

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import Versions, locked, record, save_version, withdraw
from .errors import WrongState
from .fields import checked_note


def retract_article(
    article: Article, note: str, *, by: str = "", if_version: Versions = None
) -> Article:
    """Take an article, and every text of it that was ever sent, from its readers.

    Args:
        note: why; public, and what stands at the article's address from now on.
        if_version: the version that the caller has read, or any of several.

    Raises:
        InvalidField: there is no note.
        VersionConflict: somebody has changed it since.
        WrongState: it is not public.
    """
    note = checked_note(note, needed=True)
    with live.atomic():
        article = locked(article, if_version)
        if article.is_retracted:
            raise WrongState("The article was retracted already.")
        if not article.is_public:
            raise WrongState("The article was never public: discard the draft.")
        article.pub_status = Article.PubStatus.CANCELED
        article.retraction_note = note
        save_version(article)
        record(article, Revision.Kind.RETRACTION, note=note, by=by)
        withdraw(article, "article.retracted")
    return article
