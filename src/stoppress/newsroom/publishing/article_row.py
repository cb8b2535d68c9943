"""The steps that all verbs share: lock the row, change it, write it down, tell the streams."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from stoppress import live
from stoppress.live.errors import InvalidItem
from stoppress.newsroom.models import Article, Revision, Section
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.payloads import article_item, story_item

from .errors import InvalidField, VersionConflict, WrongState
from .fields import FIELDS, checked


def locked(article: Article, if_version: int | None = None) -> Article:
    """Return the article as it is now, locked to the end of the transaction.

    Raises:
        VersionConflict: it is not at `if_version`.
        WrongState: it is no longer there.
    """
    # On SQLite nothing is locked here: BEGIN IMMEDIATE has let no other writer in. `of`, because
    # PostgreSQL does not lock the nullable side of a join.
    rows = Article.objects.select_for_update(of=("self",)).select_related("section")
    fresh = rows.filter(pk=article.pk).first()
    if fresh is None:
        raise WrongState("The article is no longer there.")
    if if_version is not None and if_version != fresh.version:
        raise VersionConflict(if_version, fresh.version)
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
    return set(differing)


def visible(names: set[str]) -> bool:
    """Tell whether a change of these fields is one that readers can see."""
    return any(FIELDS[name].public for name in names)


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


def save_version(article: Article) -> None:
    """Write a locked article as its next version."""
    article.version += 1
    article.version_created = timezone.now()
    save(article)


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
        by=by[:150],
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
        raise InvalidField("body", "is too large to be sent to readers.") from error
    if left is not None:
        live.remove(left.stream, "article.moved", article.key, version=article.version)


def withdraw(article: Article, event: str) -> None:
    """Take an article, and every text of it that was ever sent, out of all streams."""
    live.redact(article.key, event, version=article.version)
