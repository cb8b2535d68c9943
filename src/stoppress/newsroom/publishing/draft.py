"""Create and delete drafts."""

from collections.abc import Mapping

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article

from .article_row import check_size, locked, save
from .errors import WrongState
from .fields import checked
from .typeset import prepare, typeset


def create_article(fields: Mapping[str, object], *, by: str = "") -> Article:
    """Create a draft, which readers do not see.

    Args:
        fields: any of `fields.FIELDS`; `headline` is required.
        by: accepted like in the other verbs, but not stored: a draft has no history.

    Raises:
        InvalidField: a value is not accepted, another article has the same `uri` or the same
            `external_id` of the source, or the text would not fit into a frame.
    """
    fields = {"headline": ""} | dict(fields)
    prepare(fields)
    with live.atomic():
        now = database_time()
        article = Article(**checked(fields), first_created=now, version_created=now)
        article.body_tree = typeset(article.body, article.body_format)
        save(article)
        check_size(article)
    return article


def discard_draft(article: Article) -> None:
    """Delete a draft.

    Raises:
        WrongState: the article is or was public, and is kept.
    """
    with live.atomic():
        article = locked(article)
        if not article.is_draft:
            raise WrongState("An article that was public cannot be deleted. Retract it instead.")
        article.delete()
