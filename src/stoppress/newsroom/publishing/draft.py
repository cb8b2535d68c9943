"""Create and delete drafts."""

from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Contributor, Version

from .article_row import check_size, locked, record, save
from .errors import WrongState
from .fields import checked
from .review import settle_review
from .stored_fields import SEVERAL, set_fields
from .typeset import prepare, typeset


def create_article(
    fields: Mapping[str, object], *, by: str = "", creator: AbstractBaseUser | None = None
) -> Article:
    """Create a draft, which readers do not see.

    Args:
        fields: any of `fields.FIELDS`; `headline` is required.
        by: stored in the article's history.
        creator: a user who becomes the draft's first contributor.

    Raises:
        InvalidField: a value is not accepted, another article has the same `uri` or the same
            `external_id` of the source, or the text would not fit into a frame.
    """
    fields = {"headline": ""} | dict(fields)
    prepare(fields)
    with live.atomic():
        now = database_time()
        values = checked(fields)
        related = {name: values.pop(name) for name in SEVERAL if name in values}
        article = Article(**values, first_created=now, version_created=now)
        article.body_tree = typeset(article.body, article.body_format)
        settle_review(article, values, set(), reads_otherwise=False)
        save(article)
        set_fields(article, related)
        if creator is not None:
            Contributor.objects.create(article=article, user_id=creator.pk)
        record(article, now, Version.Act.CREATE, by=by)
        check_size(article)
    return article


def delete_draft(article: Article) -> None:
    """Delete a draft for good, with its history. To put one aside, discard it.

    Raises:
        WrongState: the article is or was public, and is kept.
    """
    with live.atomic():
        article = locked(article)
        if not article.is_draft:
            raise WrongState(_("An article that was public cannot be deleted. Retract it instead."))
        QuerySet.delete(article.versions.all())
        article.delete()
