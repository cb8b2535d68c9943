"""Retract a public article."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.stream_names import BREAKING

from .article_row import Versions, locked, save_version
from .breaking import tell_breaking
from .errors import WrongState
from .fields import checked_note
from .search_entries import take_out_posts, wipe_taken
from .telling import withdraw


def retract_article(
    article: Article, note: str, *, by: str = "", if_version: Versions = None
) -> Article:
    """Withdraw an article from its readers, and all its texts from the streams' logs.

    Args:
        note: the reason; public, and shown at the article's address from now on.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        InvalidField: the note is missing or not accepted.
        VersionConflict: somebody has changed the article since that version.
        WrongState: the article is not public.
    """
    note = checked_note(note, needed=True)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        if article.is_retracted:
            raise WrongState(_("It is already retracted."))
        if not article.is_public:
            raise WrongState(_("It was never public. Discard the draft instead."))
        article.pub_status = Article.PubStatus.CANCELED
        article.retraction_note = note
        if article.is_live:
            article.taken_until = now
        was_breaking = article.breaking
        save_version(article, now, Version.Act.RETRACTION, note=note, by=by)
        if article.is_live:
            take_out_posts(article)
        wipe_taken()
        withdraw(article, "article.retracted", also=[BREAKING] if was_breaking else [])
        tell_breaking(article, "article.retracted", was=was_breaking)
    return article
