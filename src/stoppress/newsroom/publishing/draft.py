"""Drafts: begun, and thrown away."""

from collections.abc import Mapping

from stoppress import live
from stoppress.newsroom.models import Article

from .article_row import locked, save
from .errors import WrongState
from .fields import checked


def create_article(fields: Mapping[str, object], *, by: str = "") -> Article:
    """Begin a draft; readers see nothing of it.

    Args:
        fields: any of `fields.FIELDS`; `headline` is needed.
        by: who did it; a draft has no history, and keeps no name.

    Raises:
        InvalidField: also where `uri`, or `external_id` of the same source, is another's already.
    """
    with live.atomic():
        article = Article(**checked({"headline": ""} | dict(fields)))
        save(article)
    return article


def discard_draft(article: Article) -> None:
    """Delete a draft.

    Raises:
        WrongState: it was public once, and is kept.
    """
    with live.atomic():
        article = locked(article)
        if not article.is_draft:
            raise WrongState("What was public once is not deleted: retract it.")
        article.delete()
