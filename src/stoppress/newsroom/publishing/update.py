"""Change an article where no correction is owed."""

from collections.abc import Mapping

from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import (
    Versions,
    announce,
    change,
    check_size,
    locked,
    record,
    save_version,
    visible,
)
from .errors import InvalidField, PublishersOnly
from .fields import checked_note
from .typeset import prepare


def update_article(
    article: Article,
    changes: Mapping[str, object],
    *,
    by: str = "",
    note: str = "",
    if_version: Versions = None,
    drafts_only: bool = False,
) -> Article:
    """Change a draft, a public article, or a retracted one (seen by readers if it is restored).

    Every change makes a version. Of a public article, what readers can see makes a revision and an
    event besides; what only the desk sees (`ed_note` and the like) makes neither.

    Args:
        note: public, and kept with a revision; refused where there is none to keep it.
        if_version: the version that the caller has read, or any of several.
        drafts_only: refuse what is public or was, and what is, or would be, to become so by itself.

    Raises:
        InvalidField, PublishersOnly, VersionConflict, WrongState: nothing was changed.
    """
    note = checked_note(note)
    prepare(changes, article)
    with live.atomic():
        article = locked(article, if_version)
        before, tree = article.section, article.body_tree
        if drafts_only:
            check_draft(article)
        differing = change(article, changes, timezone.now())
        if drafts_only:
            check_draft(article)
        seen = visible(differing, reads_otherwise=article.body_tree != tree)
        if note and not (article.is_public and seen):
            raise InvalidField("note", "is kept with a change that readers see, and there is none.")
        if not differing:
            return article
        if not article.is_public:
            save_version(article)
            check_size(article)
        elif not seen:
            save_version(article, seen=False)
        else:
            save_version(article)
            record(article, Revision.Kind.UPDATE, note=note, by=by)
            moved = "section" in differing
            event = "article.moved" if moved else "article.updated"
            announce(article, event, left=before if moved else None)
    return article


def check_draft(article: Article) -> None:
    """Refuse what is more than a draft that waits for somebody to publish it.

    Raises:
        PublishersOnly.
    """
    if not article.is_draft:
        raise PublishersOnly("A change of what is public, or was,")
    if article.publish_at is not None:
        raise PublishersOnly("A change of what becomes public by itself")
