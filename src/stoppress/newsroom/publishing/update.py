"""Update an article: a change that needs no correction note."""

from collections.abc import Mapping

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Revision

from .article_row import (
    Versions,
    change,
    check_size,
    locked,
    publish_event,
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
    """Change a draft, a public article or a retracted one.

    Every change makes a new version. If the article is public and readers can see the change, there
    is also a revision and an event. Fields for the desk, such as `ed_note`, make neither. Readers
    see the change of a retracted article once it is restored.

    Args:
        note: public, and stored with the revision; refused if the change makes no revision.
        if_version: the version that the caller has read, or several of which one must match.
        drafts_only: refuse an article that is or was public, or is scheduled before or after the
            change.

    Raises:
        InvalidField, PublishersOnly, VersionConflict, WrongState: nothing was changed.
    """
    note = checked_note(note)
    prepare(changes, article)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        before, tree = article.section, article.body_tree
        if drafts_only:
            check_draft(article)
        differing = change(article, changes, now)
        if drafts_only:
            check_draft(article)
        seen = visible(differing, reads_otherwise=article.body_tree != tree)
        if note and not (article.is_public and seen):
            raise InvalidField("note", "needs a change that readers see, and there is none.")
        if not differing:
            return article
        if not article.is_public:
            save_version(article, now)
            check_size(article)
        elif not seen:
            save_version(article, now, seen=False)
        else:
            save_version(article, now)
            record(article, Revision.Kind.UPDATE, note=note, by=by)
            moved = "section" in differing
            event = "article.moved" if moved else "article.updated"
            publish_event(article, event, left=before if moved else None)
    return article


def check_draft(article: Article) -> None:
    """Refuse everything but a draft without a scheduled time.

    Raises:
        PublishersOnly.
    """
    if not article.is_draft:
        raise PublishersOnly("A change of an article that is or was public")
    if article.publish_at is not None:
        raise PublishersOnly("A change of a scheduled article")
