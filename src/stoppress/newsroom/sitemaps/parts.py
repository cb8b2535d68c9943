"""The parts of the sitemap. The number of a row decides its part, so an address stays in its part.

A part of old articles changes only if one of them changes, and keeps its ETag otherwise. Django's
own sitemaps count pages from the newest row, so each new article would move all others.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce

from stoppress.newsroom.models import Article, Person, PictureUse, Section, Topic
from stoppress.newsroom.pictures.item import largest

from .entry import Entry

# Row numbers in one part. With a few pictures for each article, a part stays below the 1 MiB that
# the memory of pages keeps. The protocol allows 50,000 addresses.
PART = 2500


def _named(model: type[Topic | Person], relation: str) -> QuerySet[Any]:
    """Return the topics or people of public articles; the existence of others is not public."""
    articles = Article.objects.listed().filter(**{relation: OuterRef("pk")})
    return model.objects.filter(Exists(articles))


ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "articles": lambda: Article.objects.listed(),
    "sections": lambda: Section.objects.all(),
    "topics": lambda: _named(Topic, "topics"),
    "authors": lambda: _named(Person, "authors"),
}


def parts() -> list[tuple[str, int]]:
    """Return the kind and the number of each part that is not empty; numbers begin at 1."""
    return [(kind, number) for kind in ROWS for number in _numbers(ROWS[kind]())]


def _numbers(rows: QuerySet[Any]) -> Iterator[int]:
    start = 0
    while True:
        later = rows.filter(pk__gt=start).order_by("pk").values_list("pk", flat=True)
        found = later.first()
        if found is None:
            return
        number = (found - 1) // PART + 1
        yield number
        start = number * PART


def rows_of(kind: str, number: int) -> QuerySet[Any]:
    """Return the rows of a part, sorted by their numbers."""
    first = (number - 1) * PART
    return ROWS[kind]().filter(pk__gt=first, pk__lte=first + PART).order_by("pk")


def state_of(kind: str, number: int) -> tuple[object, ...]:
    """Return a value that changes whenever the part changes, at far less cost than its entries."""
    rows = rows_of(kind, number).order_by()
    if kind != "articles":
        return tuple(rows.order_by("pk").values_list("pk", "slug"))
    # Each public change of an article raises its version. A post changes only its story's time.
    live = rows.filter(kind=Article.Kind.LIVE).order_by("pk").values_list("pk", "latest_change")
    return *rows.aggregate(Max("version_created"), Sum("pk"), Sum("version")).values(), *live


def entries(kind: str, number: int, absolute: Callable[[str], str]) -> Iterator[Entry]:
    """Yield the entries of a part.

    Args:
        absolute: returns the absolute address of a path of the site.
    """
    rows = rows_of(kind, number)
    if kind != "articles":
        # No time: these pages change with each article, and the news sitemap shows those changes.
        yield from (Entry(absolute(row.get_absolute_url())) for row in rows)
        return
    pictures = _pictures(rows, absolute)
    shown = rows.annotate(changed=Coalesce("latest_change", "version_created"))
    for article in shown.only("pk", "kind", "version_created"):
        url = absolute(article.get_absolute_url())
        changed = max(article.changed, article.version_created)
        yield Entry(url, changed, tuple(pictures.get(article.pk, ())))


def _pictures(articles: QuerySet[Any], absolute: Callable[[str], str]) -> dict[int, list[str]]:
    """Return the addresses of the largest JPEGs of each article's pictures, by article."""
    found: dict[int, list[str]] = {}
    uses = PictureUse.objects.filter(article__in=articles.order_by().values("pk"))
    for use in uses.select_related("picture").order_by("pk"):
        address = absolute(use.picture.address(largest(use.picture)))
        found.setdefault(use.article_id, []).append(address)
    return found
