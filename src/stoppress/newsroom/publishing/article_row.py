"""The steps that the verbs share: lock the row, change it, save it, publish its events."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stoppress.live.errors import InvalidItem
from stoppress.live.protocol.items import encode_item
from stoppress.newsroom.items import items_in
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.stream_names import WIRE

from .errors import InvalidField, VersionConflict, WrongState, too_large
from .fields import FIELDS, checked
from .kinds import check_change_of_kind, check_kind
from .locking import locked_row
from .meanwhile import changed_since, is_read
from .pictures_used import read_pictures_again, settle_uses
from .place import set_order
from .review import settle_review
from .search_entries import settle_entry
from .stored_fields import VERSION_TEXTS, present_value, set_fields, stored_fields
from .typeset import TEXT, typeset

Versions = int | Collection[int] | None

# These make a public version, unless readers cannot see the change.
PUBLIC_ACTS = {
    Version.Act.PUBLISH,
    Version.Act.UPDATE,
    Version.Act.CORRECTION,
    Version.Act.RETRACTION,
    Version.Act.RESTORE,
    Version.Act.MOVE,
    Version.Act.PAUSE,
    Version.Act.RESUME,
    Version.Act.CLOSE,
}


def locked(article: Article, if_version: Versions = None) -> Article:
    """Return the current article, locked until the end of the transaction.

    Args:
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        VersionConflict: somebody has changed the article since that version.
        WrongState: the article no longer exists.
        StreamBusy: another transaction held the lock for too long.
    """
    fresh = locked_row(article)
    if fresh is None:
        raise WrongState(_("The article no longer exists."))
    if if_version is not None:
        known = {if_version} if isinstance(if_version, int) else set(if_version)
        if not any(is_read(fresh, version) for version in known):
            read = max(known, default=0)
            raise VersionConflict(read, fresh.version, changed_since(fresh, read))
    return fresh


def differences(
    article: Article, changes: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """Return the old and the new value of each field that `changes` would change.

    Raises:
        InvalidField: a value is not accepted.
    """
    both = {name: (present_value(article, name), value) for name, value in checked(changes).items()}
    return {name: (old, new) for name, (old, new) in both.items() if old != new}


def change(article: Article, changes: Mapping[str, object], now: datetime) -> set[str]:
    """Set fields of a locked article without saving; return the names of those that changed.

    Raises:
        InvalidField: a value is not accepted, in general or in the article's present state.
    """
    differing = {name: new for name, (_, new) in differences(article, changes).items()}
    if "uri" in differing:
        raise InvalidField("uri", _("is permanent."))
    if article.is_public:
        for name in ("publish_at", "embargoed_until"):
            value = differing.get(name)
            if isinstance(value, datetime) and value > now:
                raise InvalidField(
                    name, _("cannot be in the future: the article is public. Retract it first.")
                )
    if "kind" in differing:
        check_change_of_kind(article, differing["kind"])
    tree = article.body_tree
    set_fields(article, differing)
    if TEXT & differing.keys():
        article.body_tree = typeset(article.body, article.body_format)
    check_kind(article, differing, now)
    if not article.is_live:
        article.quiet_hours = None  # it may have been a live story
    reads_otherwise = article.body_tree != tree
    return settle_review(article, changes, set(differing), reads_otherwise=reads_otherwise)


def visible(names: set[str], *, reads_otherwise: bool) -> bool:
    """Return whether readers can see a change of these fields.

    Args:
        reads_otherwise: the body's tree has changed. The text alone may differ in invisible spaces.
    """
    return reads_otherwise or any(FIELDS[name].public for name in names - TEXT)


def save(article: Article) -> None:
    """Write an article's row.

    Raises:
        InvalidField: another article has the same `uri`, or `external_id` of the same source.
    """
    try:
        with transaction.atomic():
            article.save()
    except IntegrityError as error:
        for name, holders in _holders(article).items():
            holder = holders.exclude(pk=article.pk).only("kind", "parent").first()
            if holder is None:
                continue
            if holder.is_post and article.is_post and holder.parent_id != article.parent_id:
                raise InvalidField(
                    name, _("is already used by a post of another story.")
                ) from error
            raise InvalidField(name, _("is already used by another article.")) from error
        raise


def save_version(
    article: Article,
    now: datetime,
    act: Version.Act,
    *,
    by: str = "",
    note: str = "",
    seen: bool = True,
    responsible: str = "",
) -> None:
    """Save a locked article as its next version, and record it in the article's history.

    Args:
        now: the database's time.
        seen: readers can see the change.
        responsible: the person who answers for the version, if that is not `by`.
    """
    article.version += 1
    article.edited_version = article.version
    if seen:
        article.version_created = now
    # The editor may have removed the reason why the schedule could not publish.
    article.publish_failed, article.publish_retry = "", None
    set_order(article, now)
    read_pictures_again(article)
    save(article)
    settle_uses(article)
    settle_entry(article)
    public = seen and act in PUBLIC_ACTS
    record(article, now, act, by=by, note=note, public=public, responsible=responsible)


def check_size(article: Article) -> None:
    """Refuse an article whose text is too large to be sent to readers.

    Raises:
        InvalidField: the text does not fit into a frame.
    """
    try:
        for _stream, item in items_in([article.stream, WIRE], article):
            encode_item({**item, "order": article.order or "-"})
    except InvalidItem as error:
        raise too_large() from error


def _holders(article: Article) -> dict[str, ArticleQuerySet]:
    """Return, for each field that must be unique, the articles with this article's value."""
    same_source = Article.objects.filter(source=article.source, external_id=article.external_id)
    return {
        "uri": Article.objects.filter(uri=article.uri),
        "external_id": same_source.exclude(external_id=""),
    }


def record(
    article: Article,
    now: datetime,
    act: Version.Act,
    *,
    by: str = "",
    note: str = "",
    public: bool = False,
    responsible: str = "",
) -> None:
    """Add a version to the article's history, with its fields; for a post, with its story."""
    beside: dict[str, object] = {"story": article.parent_id} if article.is_post else {}
    if responsible:
        beside["responsible"] = responsible
    Version.objects.create(
        article=article,
        version=article.version,
        act=act,
        public=public,
        note=note,
        by=whole_letters(by, 150),
        created=now,
        **{name: getattr(article, name) for name in VERSION_TEXTS},
        fields=stored_fields(article) | beside,
    )
