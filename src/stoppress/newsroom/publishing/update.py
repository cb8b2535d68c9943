"""Change an article where no correction is owed."""

from collections.abc import Mapping

from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Revision

from .article_row import announce, change, locked, record, save, save_version, visible
from .fields import checked_note


def update_article(
    article: Article,
    changes: Mapping[str, object],
    *,
    by: str = "",
    note: str = "",
    if_version: int | None = None,
) -> Article:
    """Change a draft, a public article, or a retracted one (seen by readers if it is restored).

    Of a public article, what readers can see makes a revision and an event; what only the desk
    sees (`ed_note` and the like) is saved with neither, and without a new version.

    Args:
        if_version: the version that the caller has read.

    Raises:
        InvalidField, VersionConflict, WrongState: nothing was changed.
    """
    note = checked_note(note)
    with live.atomic():
        article = locked(article, if_version)
        before = article.section
        differing = change(article, changes, timezone.now())
        if not differing:
            return article
        if not article.is_public:
            save_version(article)
        elif not visible(differing):
            save(article)
        else:
            save_version(article)
            record(article, Revision.Kind.UPDATE, note=note, by=by)
            moved = "section" in differing
            event = "article.moved" if moved else "article.updated"
            announce(article, event, left=before if moved else None)
    return article
