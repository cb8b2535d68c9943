"""Drafts: begun, and thrown away."""

from collections.abc import Mapping

from stoppress import live
from stoppress.newsroom.models import Article

from .article_row import check_size, locked, save
from .errors import WrongState
from .fields import checked
from .typeset import prepare, typeset


def create_article(fields: Mapping[str, object], *, by: str = "") -> Article:
    """Begin a draft; readers see nothing of it.

    Args:
        fields: any of `fields.FIELDS`; `headline` is needed.
        by: who did it; a draft has no history, and keeps no name.

    Raises:
        InvalidField: also where `uri`, or `external_id` of the same source, is another's already,
            or where the text would be too large to be sent.
    """
    fields = {"headline": ""} | dict(fields)
    prepare(fields)
    with live.atomic():
        article = Article(**checked(fields))
        article.body_tree = typeset(article.body, article.body_format)
        save(article)
        check_size(article)
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
