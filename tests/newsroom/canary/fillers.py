"""Known values for the parameters of routes and streams.

A parameter without one fails the test, so that a later route is looked at, or noticed.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise, product
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from stoppress.live.publishing.registry import registered
from stoppress.newsroom import archive
from stoppress.newsroom.feeds.formats import FORMATS
from stoppress.newsroom.models import (
    Article,
    Person,
    Picture,
    Section,
    Topic,
    Version,
    WorkingCopy,
)
from stoppress.newsroom.sitemaps.parts import ROWS

from .routes import Route, routes

PICTURES = "/media/pictures/"
SEARCH = "/search/"
# Every canary begins so.
ANY = "zq0"
_OF_A_MODEL = re.compile(r"^/admin/(?P<app>\w+)/(?P<model>\w+)/")


def _articles() -> list[Any]:
    return list(Article.objects.order_by("pk").values_list("pk", flat=True))


def _posts() -> list[Any]:
    """Return the posts, and an article that is none."""
    posts = Article.objects.filter(parent__isnull=False).order_by("pk")
    return [*posts.values_list("pk", flat=True), *_articles()[:1]]


def _stories() -> list[Any]:
    posts = Article.objects.filter(parent__isnull=False)
    return sorted(set(posts.values_list("parent_id", flat=True)))


def _orders() -> list[Any]:
    """Return an order above all others, one of a post, and one of an article."""
    placed = Article.objects.exclude(order=None).order_by("-order").values_list("order", flat=True)
    posts, articles = placed.filter(parent__isnull=False), placed.filter(parent=None)
    return [f"3{each[0][1:]}" for each in (posts, articles) if each] + [*posts[:1], *articles[:1]]


def _days() -> list[date]:
    months = archive.months_with_news()
    return [day for each in months for day in archive.days_with_news(each, each + 31 * archive.DAY)]


def _slugs() -> list[Any]:
    return [each.slug for model in (Section, Topic, Person) for each in model.objects.all()]


def _versions() -> list[Any]:
    return sorted(set(Version.objects.values_list("version", flat=True)))


def _pictures() -> list[Any]:
    return list(Picture.objects.order_by("pk").values_list("pk", flat=True))


FILLERS: dict[str, Callable[[], list[Any]]] = {
    "pk": _articles,
    "article_id": _articles,
    "object_id": _articles,
    "id": _articles,
    "picture_id": _pictures,
    "post": _posts,
    "post_id": _posts,
    "story": _stories,
    "slug": _slugs,
    "number": _versions,
    "version": _versions,
    "n": _versions,
    "a": _versions,
    "b": _versions,
    "before": lambda: _versions()[:-1],
    "after": lambda: _versions()[1:],
    "uuid": lambda: [each.pk for each in WorkingCopy.objects.all()],
    "order": _orders,
    "month": lambda: [f"{each:%Y/%m}" for each in archive.months_with_news()],
    "day": lambda: [f"{each:%Y/%m/%d}" for each in _days()],
    "user": lambda: list(User.objects.values_list("pk", flat=True)),
    "content_type_id": lambda: [ContentType.objects.get_for_model(Article).pk],
    "app_label": lambda: sorted({model._meta.app_label for model in admin.site._registry}),
    "url": lambda: ["nothing/", "newsroom/article/0/"],
    "format": lambda: [*FORMATS],
    "usual": lambda: ["feed/", "rss.xml"],
    "kind": lambda: [*ROWS],
    "part": lambda: [1, 2],
    "rest": lambda: ["nothing", "articles/0"],
}

# Parameters that are an article's or a post's id, and the number of one of its versions.
ARTICLE = {"pk", "article_id", "post_id"}
VERSION = {"number", "version", "n", "a", "b", "before", "after"}


def values_of(path: str, parameter: str) -> list[Any]:
    """Return the known values of a parameter; of an object in the admin, the ids of its model."""
    model = _OF_A_MODEL.match(path)
    if model and parameter in {"object_id", "pk", "id"}:
        known = apps.get_model(model["app"], model["model"])
        return list(known._default_manager.order_by("pk").values_list("pk", flat=True)[:40])
    if parameter not in FILLERS:
        raise AssertionError(f"no known value for <{parameter}> of {path}: add it to FILLERS")
    return FILLERS[parameter]()


def pictures(most: int | None = None) -> Iterator[str]:
    """Yield every address of the pictures' files, and one of each with another's digest."""
    held = list(Picture.objects.order_by("pk")[:most])
    for picture in held:
        yield from (picture.address(rendition) for rendition in picture.renditions)
    for picture, other in pairwise(held):
        other.digest = picture.digest
        yield other.address(other.renditions[0])


def addresses_of(route: Route, most: int | None = None) -> Iterator[str]:
    """Yield a route's addresses with every known value of each parameter.

    Args:
        most: how many values of each parameter; all by default.
    """
    if route.path.startswith(PICTURES):
        yield from pictures(most)
        return
    if route.path == SEARCH:
        yield f"{SEARCH}?q={ANY}"
    known = [values_of(route.path, name)[:most] for name in route.parameters]
    parents = dict(Article.objects.values_list("pk", "parent_id"))
    last = dict(Article.objects.values_list("pk", "version"))
    for values in product(*known):
        filled = dict(zip(route.parameters, values, strict=True))
        if _says_the_same(filled, parents, last):
            continue
        yield route.filled(filled)


def _says_the_same(
    filled: dict[str, Any], parents: dict[int, int | None], last: dict[int, int]
) -> bool:
    """Return whether another address gets the same answer as the one with these values.

    Two versions are compared in one order. Of the versions that an article has not, the one after
    its last will do; of the stories that a post is not in, the oldest.
    """
    versions = [filled[name] for name in VERSION & filled.keys()]
    articles = [filled[name] for name in ARTICLE & filled.keys()]
    if versions and articles and max(versions) > last[articles[0]] + 1:
        return True
    if {"story", "pk"} <= filled.keys() and filled["story"] != parents[filled["pk"]]:
        return filled["story"] != min(each for each in parents.values() if each)
    return "after" in filled and filled["before"] > filled["after"]


def addresses(most: int | None = None) -> list[str]:
    """Return the addresses of all routes."""
    return [address for route in routes() for address in addresses_of(route, most)]


def streams() -> list[str]:
    """Return the names of all registered streams, with every known value of their parameters."""
    patterns = [Route(re.sub(r"<\w+:", "<", each.pattern)) for each in registered()]
    return [name for pattern in patterns for name in addresses_of(pattern)]
