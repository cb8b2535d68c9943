"""The public versions of an article that its items show."""

from django.db.models import Manager, Prefetch, QuerySet

from .models import Article, Version

# The latest ones: an item has to fit into a frame.
HISTORY = 100
# The attribute that holds the versions of articles that were read together.
READ_BEFORE = "public_versions"


def with_versions(articles: "QuerySet[Article]") -> "QuerySet[Article]":
    """Prefetch the related rows that items show, except topics."""
    return articles.select_related("parent").prefetch_related(
        "authors", "pictures", Prefetch("versions", _latest(Version.objects), to_attr=READ_BEFORE)
    )


def public_versions(article: Article) -> list[Version]:
    """Return an article's latest public versions, newest first, at most `HISTORY` + 1."""
    read: list[Version] | None = getattr(article, READ_BEFORE, None)
    return list(_latest(article.versions)) if read is None else read


def _latest(versions: "Manager[Version]") -> "QuerySet[Version]":
    shown = ("version", "act", "note", "created", "withdrawn", "article")
    return versions.filter(public=True).only(*shown)[: HISTORY + 1]
