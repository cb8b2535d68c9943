"""The rows of a paper, in the form of an archive."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from stoppress.newsroom.models import Article, Note, Person, Picture, Section, Topic, Version

from . import kinds
from .kinds import Kind
from .public import public_article, public_version, remains, retraction

AT_ONCE = 100
Row = dict[str, Any]


def rows_of(kind: Kind, *, public: bool) -> Iterator[Row]:
    """Yield the rows of a kind, sorted by their numbers. Read all kinds in one transaction.

    Args:
        public: whether to leave out what readers do not see.
    """
    return _ROWS[kind](public)


def _users(public: bool) -> Iterator[Row]:
    """Yield the names of the users who appear in other rows of the paper, and nothing else."""
    if not public:
        user = get_user_model()
        named = Q(person__isnull=False) | Q(pictures__isnull=False) | Q(contributions__isnull=False)
        for each in _read(user._default_manager.filter(named).distinct().order_by("pk")):
            yield _columns(kinds.USERS, each)


def _sections(public: bool) -> Iterator[Row]:
    for each in _read(Section.objects.order_by("pk")):
        yield _columns(kinds.SECTIONS, each)


def _topics(public: bool) -> Iterator[Row]:
    for each in _read(Topic.objects.order_by("pk")):
        yield _columns(kinds.TOPICS, each)


def _people(public: bool) -> Iterator[Row]:
    people = Person.objects.select_related("user").order_by("pk")
    if public:
        # The existence of other people is not public.
        people = people.filter(articles__in=Article.objects.public()).distinct()
    for each in _read(people):
        user = each.user.get_username() if each.user and not public else None
        yield _columns(kinds.PEOPLE, each) | {"user": user}


def pictures(*, public: bool) -> "models.QuerySet[Picture]":
    """Return the pictures of an archive, sorted by their numbers."""
    found = Picture.objects.public() if public else Picture.objects.all()
    return found.order_by("pk")


def _pictures(public: bool) -> Iterator[Row]:
    for each in _read(pictures(public=public).select_related("uploader")):
        row = _columns(kinds.PICTURES, each)
        if public:
            yield row | {"by": "", "uploader": None}
        else:
            yield row | {"uploader": each.uploader.get_username() if each.uploader else None}


def _articles(public: bool) -> Iterator[Row]:
    found = _told() if public else Article.objects.all()
    whole = (
        found.select_related("section", "parent")
        .defer("body_tree", "parent__body_tree")
        .order_by("pk")
    )
    for each in _read(whole.prefetch_related("topics", "authors", "contributors__user")):
        row = _columns(kinds.ARTICLES, each) | {
            "parent": each.parent_id,
            "section": each.section.slug if each.section else None,
            "image": each.image_id,
            "topics": sorted(topic.slug for topic in each.topics.all()),
            "authors": sorted(person.slug for person in each.authors.all()),
            "contributors": [of.user.get_username() for of in each.contributors.all()],
        }
        if public and each.is_withdrawn:
            row = remains(row, each.retraction_note or each.parent.retraction_note)
        yield public_article(row) if public else row


def _told() -> "models.QuerySet[Article]":
    """Return the public articles, and the retracted ones, whose notes are public."""
    public, withdrawn = Article.objects.public(), Article.objects.withdrawn()
    told = Q(pk__in=public.values("pk")) | Q(pk__in=withdrawn.values("pk"))
    return Article.objects.filter(told)


def _versions(public: bool) -> Iterator[Row]:
    if not public:
        for version in _read(Version.objects.order_by("article_id", "version")):
            yield _version(version)
        return
    for article in _read(_told().select_related("parent").order_by("pk")):
        if article.is_withdrawn:
            last = article.versions.filter(act=Version.Act.RETRACTION).first()
            if last is not None and article.is_retracted:
                yield retraction(_version(last))
            continue
        for version in Version.objects.comparable(article).order_by("version"):
            yield public_version(_version(version))


def _version(version: Version) -> Row:
    return {"article": version.article_id, **_columns(kinds.VERSIONS, version)}


def _notes(public: bool) -> Iterator[Row]:
    if not public:
        for each in _read(Note.objects.order_by("pk")):
            yield {"article": each.article_id, **_columns(kinds.NOTES, each)}


def _read(rows: "models.QuerySet[Any]") -> Iterator[Any]:
    return rows.iterator(chunk_size=AT_ONCE)


def _columns(kind: Kind, row: models.Model) -> Row:
    return {name: _written(getattr(row, name)) for name in kind.columns}


def _written(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


_ROWS = {
    kinds.USERS: _users,
    kinds.SECTIONS: _sections,
    kinds.TOPICS: _topics,
    kinds.PEOPLE: _people,
    kinds.PICTURES: _pictures,
    kinds.ARTICLES: _articles,
    kinds.VERSIONS: _versions,
    kinds.NOTES: _notes,
}
