"""Create and delete drafts."""

from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Contributor, Version

from .article_row import check_size, locked, record, save
from .errors import InvalidField, WrongState
from .fields import FIELDS, checked
from .kinds import check_kind
from .pictures_used import settle_uses
from .review import settle_review
from .search_entries import settle_entry
from .states import check_taken_up
from .stored_fields import SEVERAL, set_fields
from .typeset import prepare, typeset


def create_article(
    fields: Mapping[str, object],
    *,
    parent: Article | None = None,
    by: str = "",
    creator: AbstractBaseUser | None = None,
) -> Article:
    """Create a draft, which readers do not see.

    Args:
        fields: any of `fields.FIELDS`; `headline` is required, except for a post with a text.
        parent: the live story of a post. The post gets its language, unless the fields set one.
        by: stored in the article's history.
        creator: a user who becomes the draft's first contributor.

    Raises:
        WrongState: the parent is not a live story, or was discarded.
        InvalidField: a value is not accepted, another article has the same `uri` or the same
            `external_id` of the source, or the text would not fit into a frame.
    """
    prepare(fields)
    with live.atomic():
        now = database_time()
        values = checked(fields)
        related = {name: values.pop(name) for name in SEVERAL if name in values}
        article = _new(values, parent)
        article.body_tree = typeset(article.body, article.body_format)
        check_kind(article, _unusual(article) | {name for name in related if related[name]}, now)
        article.first_created = article.version_created = now
        settle_review(article, values, set(), reads_otherwise=False)
        save(article)
        set_fields(article, related)
        settle_uses(article)
        settle_entry(article)
        if creator is not None:
            Contributor.objects.create(article=article, user_id=creator.pk)
        record(article, now, Version.Act.CREATE, by=by)
        check_size(article)
    return article


def _new(values: Mapping[str, object], parent: Article | None) -> Article:
    """Return an article that is not saved yet."""
    if parent is None:
        article = Article(**values)
        if article.is_post:
            raise InvalidField("kind", _("can be post only in a live story."))
        return article
    story = locked(parent)
    if not story.is_live:
        raise WrongState(_("Only a live story has posts."))
    check_taken_up(story)
    if values.get("kind", Article.Kind.POST) != Article.Kind.POST:
        raise InvalidField(
            "kind", _("must be left out or post: only posts are created in a live story.")
        )
    made = {"language": story.language, **values, "kind": Article.Kind.POST}
    return Article(**made, parent=story)


def _unusual(article: Article) -> set[str]:
    """Return the names of the single-valued fields that differ from their defaults."""
    usual = Article()
    single = FIELDS.keys() - {*SEVERAL, "uri", "language", "kind"}
    return {name for name in single if getattr(article, name) != getattr(usual, name)}


def delete_draft(article: Article) -> None:
    """Delete a draft for good, with its history. To keep it, discard it instead.

    Raises:
        WrongState: the article is or was public, or is a story with posts.
    """
    with live.atomic():
        article = locked(article)
        check_deletable(article)
        QuerySet.delete(article.versions.all())
        article.delete()


def check_deletable(article: Article) -> None:
    """Refuse to delete an article that is or was public, or a story with posts.

    Raises:
        WrongState.
    """
    if not article.is_draft:
        raise WrongState(_("An article that was public cannot be deleted. Retract it instead."))
    if article.posts.exists():
        raise WrongState(_("The story has posts. Delete or move them first."))
