"""The writable fields of an article: their present values, and how a version stores them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import attrgetter

from django.db.models import prefetch_related_objects

from stoppress.newsroom.models import Article, Picture, Version

from .fields import FIELDS

# A version has separate columns for these, since they are long.
VERSION_TEXTS = ("headline", "summary", "body", "body_format")
# Fields that are relations to several rows; the value is a list of rows, sorted by slug.
SEVERAL = ("topics", "authors")


def present_value(article: Article, name: str) -> object:
    """Return a field's value as `fields.checked` would return it."""
    if name in SEVERAL:
        return sorted(getattr(article, name).all(), key=attrgetter("slug")) if article.pk else []
    return getattr(article, name)


def read_several(article: Article) -> None:
    """Read and cache the related rows of `SEVERAL`; `set_fields` updates them."""
    prefetch_related_objects([article], *SEVERAL)


def set_fields(article: Article, fields: Mapping[str, object]) -> None:
    """Set checked values. Relations to several rows are saved now, so the article needs a row."""
    for name, value in fields.items():
        if name in SEVERAL:
            getattr(article, name).set(value)
        else:
            setattr(article, name, value)


def stored_fields(article: Article) -> dict[str, object]:
    """Return the fields that a version keeps as JSON, by name.

    Example: `{"section": "world", "topics": ["budget"], "expires": "2026-11-22T09:00:00+00:00"}`.
    """
    read_several(article)
    kept = [name for name in FIELDS if name not in VERSION_TEXTS]
    return {name: stored(present_value(article, name)) for name in kept}


def version_fields(version: Version) -> dict[str, object]:
    """Return all fields of a version by name, each as `stored_fields` would store it today.

    Slugs are sorted again: earlier releases stored them in the order of PostgreSQL's collation.
    """
    slugs = {name: sorted(version.fields[name]) for name in SEVERAL if name in version.fields}
    return {**version.fields, **slugs, **{name: getattr(version, name) for name in VERSION_TEXTS}}


def present_fields(article: Article) -> dict[str, object]:
    """Return all fields by name, each as a version stores it."""
    return {name: stored(present_value(article, name)) for name in FIELDS}


def stored(value: object) -> object:
    """Return a checked value as a version stores it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list):
        return [each.slug for each in value]
    if isinstance(value, Picture):
        return value.pk
    return getattr(value, "slug", value)
