"""Update an article: a change that needs no correction note."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, change, check_size, locked, save_version, visible
from .breaking import tell_breaking
from .errors import InvalidField
from .fields import checked_note
from .place import is_breaking, order_of
from .states import check_taken_up
from .telling import publish_event, shown_in, tell_retraction
from .typeset import prepare


def update_article(
    article: Article,
    changes: Mapping[str, object],
    *,
    by: str = "",
    note: str = "",
    if_version: Versions = None,
) -> Article:
    """Change a draft, a public article or a retracted one.

    Every change makes a new version. If the article is public and readers can see the change, the
    version is public too, and an event is published. A change of fields for the desk, such as
    `ed_note`, does neither. Readers see the change of a retracted article once it is restored. A
    submitted draft stays submitted.

    Args:
        note: public, and stored with the version; refused if readers cannot see the change.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        InvalidField, VersionConflict: nothing was changed.
        WrongState: the draft was discarded, or the article no longer exists.
    """
    note = checked_note(note)
    prepare(changes, article)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        before = shown_in(article) if article.is_public else []
        section, tree, was_breaking = article.section, article.body_tree, article.breaking
        told, due = (article.order, was_breaking), _position(article, now)
        differing = change(article, changes, now)
        # A change of position by the clock alone is published, but is not the editor's change.
        position, reads_otherwise = _position(article, now), article.body_tree != tree
        seen = position != due or visible(differing, reads_otherwise=reads_otherwise)
        if note and not (article.is_public and seen):
            raise InvalidField("note", _("needs a change that readers see, and there is none."))
        if not differing:
            return article
        check_taken_up(article)
        if not article.is_public:
            save_version(article, now, Version.Act.SAVE, by=by)
            check_size(article)
        else:
            act = Version.Act.UPDATE if seen else Version.Act.SAVE
            save_version(article, now, act, note=note, by=by, seen=seen)
        if article.is_public and (seen or position != told):
            event = "article.updated" if article.section == section else "article.moved"
            publish_event(article, event, before=before)
            tell_breaking(article, event, was=was_breaking)
        elif article.is_post and article.is_retracted:
            tell_retraction(article, "article.updated")
    return article


def _position(article: Article, now: datetime) -> tuple[str | None, bool]:
    """Return an article's order at a time, and whether it is breaking news then."""
    return order_of(article, now), is_breaking(article, now)
