"""The steps that all verbs share: lock the row, change it, write it down, tell the streams."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.errors import InvalidItem
from stoppress.live.protocol.items import encode_item
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.models import Article, Revision, Section
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.payloads import article_item, story_item

from .errors import InvalidField, VersionConflict, WrongState
from .fields import FIELDS, checked
from .typeset import TEXT, typeset

Versions = int | Collection[int] | None


def locked(article: Article, if_version: Versions = None) -> Article:
    """Return the article as it is now, locked to the end of the transaction.

    Args:
        if_version: the version that the caller has read, or any of several.

    Raises:
        VersionConflict: somebody has changed the article since that version.
        WrongState: it is no longer there.
    """
    # On SQLite nothing is locked here: BEGIN IMMEDIATE has let no other writer in. `of`, because
    # PostgreSQL does not lock the nullable side of a join.
    rows = Article.objects.select_for_update(of=("self",)).select_related("section")
    fresh = rows.filter(pk=article.pk).first()
    if fresh is None:
        raise WrongState("The article is no longer there.")
    if if_version is not None:
        known = {if_version} if isinstance(if_version, int) else set(if_version)
        if not any(fresh.edited_version <= version <= fresh.version for version in known):
            raise VersionConflict(max(known, default=0), fresh.version)
    return fresh


def change(article: Article, changes: Mapping[str, object], now: datetime) -> set[str]:
    """Set fields of a locked article, not yet saved; return the names of those that differ.

    Raises:
        InvalidField: a value cannot be accepted, for this article in its state.
    """
    differing = {
        name: value for name, value in checked(changes).items() if getattr(article, name) != value
    }
    if "uri" in differing:
        raise InvalidField("uri", "is permanent.")
    if article.is_public:
        for name in ("publish_at", "embargoed_until"):
            value = differing.get(name)
            if isinstance(value, datetime) and value > now:
                raise InvalidField(
                    name, "cannot be in the future: the article is public. Retract it instead."
                )
    for name, value in differing.items():
        setattr(article, name, value)
    if TEXT & differing.keys():
        article.body_tree = typeset(article.body, article.body_format)
    return set(differing)


def held_back(article: Article, now: datetime) -> None:
    """Refuse to show an article before its time.

    Raises:
        WrongState: its embargo or schedule is not over.
    """
    if article.opens_at is not None and article.opens_at > now:
        held = "under embargo" if article.opens_at == article.embargoed_until else "held back"
        raise WrongState(f"The article is {held} until {article.opens_at:%Y-%m-%d %H:%M:%S} UTC.")


def visible(names: set[str], *, reads_otherwise: bool) -> bool:
    """Return whether a change of these fields is one that readers can see.

    Args:
        reads_otherwise: whether the body's tree has changed; the space around a text does not show.
    """
    return reads_otherwise or any(FIELDS[name].public for name in names - TEXT)


def save(article: Article) -> None:
    """Write an article's row.

    Raises:
        InvalidField: `uri`, or `external_id` of the same source, is another's already.
    """
    try:
        with transaction.atomic():
            article.save()
    except IntegrityError as error:
        for name, twins in _twins(article).items():
            if twins.exclude(pk=article.pk).exists():
                raise InvalidField(name, "is another article's already.") from error
        raise


def save_version(article: Article, *, seen: bool = True) -> None:
    """Write a locked article as its next version.

    Args:
        seen: whether readers can see what has changed.
    """
    article.version += 1
    article.edited_version = article.version
    if seen:
        article.version_created = timezone.now()
    # An editor was here: what kept the schedule from publishing may be mended.
    article.publish_failed, article.publish_retry = "", None
    save(article)


def check_size(article: Article) -> None:
    """Refuse a text now that could not be sent when it becomes public.

    Raises:
        InvalidField: it is larger than a frame can be.
    """
    try:
        encode_item({**story_item(article), "order": article.order or "-"})
    except InvalidItem as error:
        raise too_large() from error


def too_large() -> InvalidField:
    return InvalidField("body", "is too large to be sent to readers.")


def _twins(article: Article) -> dict[str, ArticleQuerySet]:
    same_source = Article.objects.filter(source=article.source, external_id=article.external_id)
    return {
        "uri": Article.objects.filter(uri=article.uri),
        "external_id": same_source.exclude(external_id=""),
    }


def record(article: Article, kind: Revision.Kind, *, note: str = "", by: str = "") -> None:
    """Write down what was just done, with the text as it now stands."""
    Revision.objects.create(
        article=article,
        version=article.version,
        kind=kind,
        note=note,
        by=whole_letters(by, 150),
        created=article.version_created,
        headline=article.headline,
        summary=article.summary,
        body=article.body,
        body_format=article.body_format,
    )


def announce(article: Article, event: str, *, left: Section | None = None) -> None:
    """Put a public article into its streams, and take it out of a section it has left.

    Raises:
        InvalidField: the text is larger than a frame can be.
    """
    item = article_item(article)
    try:
        live.publish("news", event, item)
        if article.section is not None:
            live.publish(article.section.stream, event, item)
        live.publish(article.stream, event, story_item(article))
    except InvalidItem as error:
        raise too_large() from error
    if left is not None:
        live.remove(left.stream, "article.moved", article.key, version=article.version)


def withdraw(article: Article, event: str) -> None:
    """Take an article, and every text of it that was ever sent, out of all streams."""
    shown_in = ["news", article.stream]
    if article.section is not None:
        shown_in.append(article.section.stream)
    live.redact(article.key, event, version=article.version, shown_in=shown_in)
