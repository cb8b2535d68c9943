"""The newsroom's streams, and their snapshots."""

from collections.abc import Iterator
from typing import Any

from stoppress import live

from .models import Article, Section, Topic
from .models.article import ArticleQuerySet
from .numbers import NUMBER
from .payloads import item_in

LIMIT = 30
BREAKING = "breaking"


def section_exists(slug: str) -> bool:
    """Return whether there is a section with this slug."""
    return Section.objects.filter(slug=slug).exists()


def topic_exists(slug: str) -> bool:
    """Return whether there is a topic with this slug."""
    return Topic.objects.filter(slug=slug).exists()


def story_exists(id: str) -> bool:
    """Return whether an article is or was public.

    A retracted article keeps its stream, which informs the pages that show it.
    """
    published = Article.objects.filter(first_published__isnull=False)
    return bool(NUMBER.fullmatch(id)) and published.filter(pk=int(id)).exists()


@live.stream("news", public=True, limit=LIMIT)
def news(limit: int) -> Iterator[dict[str, Any]]:
    """Every public article."""
    return _items("news", Article.objects.public(), limit)


@live.stream("section:<slug>", public=True, limit=LIMIT, exists=section_exists)
def section(limit: int, slug: str) -> Iterator[dict[str, Any]]:
    """The public articles of a section."""
    return _items(f"section:{slug}", Article.objects.public().filter(section__slug=slug), limit)


@live.stream("topic:<slug>", public=True, limit=LIMIT, exists=topic_exists)
def topic(limit: int, slug: str) -> Iterator[dict[str, Any]]:
    """The public articles of a topic."""
    return _items(f"topic:{slug}", Article.objects.public().filter(topics__slug=slug), limit)


@live.stream(BREAKING, public=True, limit=LIMIT)
def breaking(limit: int) -> Iterator[dict[str, Any]]:
    """The newest public article that is breaking news, or nothing."""
    return (item_in(BREAKING, each) for each in _listed(Article.objects.breaking_news())[:1])


@live.stream("story:<id>", public=True, limit=LIMIT, exists=story_exists)
def story(limit: int, id: str) -> Iterator[dict[str, Any]]:
    """One article with its text; empty while it is retracted."""
    if NUMBER.fullmatch(id):
        for article in Article.objects.public().select_related("section").filter(pk=int(id)):
            yield item_in(article.stream, article)


def _items(stream: str, articles: ArticleQuerySet, limit: int) -> Iterator[dict[str, Any]]:
    listed = _listed(articles.without_posts()).order_by("-order")
    return (item_in(stream, article) for article in listed[: limit + 1])


def _listed(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.select_related("section").defer("body", "body_tree", "ed_note")
