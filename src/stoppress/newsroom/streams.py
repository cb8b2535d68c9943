"""The newsroom's streams, and their snapshots."""

from collections.abc import Iterator
from typing import Any

from stoppress import live

from .items import item_in
from .models import Article, Section, Topic
from .models.article import ArticleQuerySet
from .models.article_queries import short_order
from .numbers import NUMBER
from .post_payloads import coverage_item, key_item, post_item, retraction_item
from .public_versions import with_versions
from .rights import Actor, may
from .stream_names import BREAKING, KEYS, KEYS_LIMIT, LIMIT, WIRE
from .verb import Verb
from .wire import below as below_on_wire
from .wire import wire_item


def section_exists(slug: str) -> bool:
    """Return whether there is a section with this slug."""
    return Section.objects.filter(slug=slug).exists()


def topic_exists(slug: str) -> bool:
    """Return whether there is a topic with this slug."""
    return Topic.objects.filter(slug=slug).exists()


def author_exists(slug: str) -> bool:
    """Return whether a person is an author of an article that is or was public.

    Addresses do not reveal the existence of other people, such as users who only edit.
    """
    published = Article.objects.without_posts().filter(first_published__isnull=False)
    return published.filter(authors__slug=slug).exists()


def story_exists(id: str) -> bool:
    """Return whether an article is or was public.

    A retracted article keeps its stream, which informs the pages that show it.
    """
    published = Article.objects.without_posts().filter(first_published__isnull=False)
    return bool(NUMBER.fullmatch(id)) and published.filter(pk=int(id)).exists()


@live.stream("news", public=True, limit=LIMIT)
def news(limit: int, below: str | None = None) -> Iterator[dict[str, Any]]:
    """Every public article."""
    return _items("news", Article.objects.listed(), limit, below)


@live.stream("section:<slug>", public=True, limit=LIMIT, exists=section_exists)
def section(limit: int, slug: str, below: str | None = None) -> Iterator[dict[str, Any]]:
    """The public articles of a section."""
    articles = Article.objects.listed().filter(section__slug=slug)
    return _items(f"section:{slug}", articles, limit, below)


@live.stream("topic:<slug>", public=True, limit=LIMIT, exists=topic_exists)
def topic(limit: int, slug: str, below: str | None = None) -> Iterator[dict[str, Any]]:
    """The public articles of a topic."""
    articles = Article.objects.listed().filter(topics__slug=slug)
    return _items(f"topic:{slug}", articles, limit, below)


@live.stream("author:<slug>", public=True, limit=LIMIT, exists=author_exists)
def author(limit: int, slug: str, below: str | None = None) -> Iterator[dict[str, Any]]:
    """The public articles of an author."""
    articles = Article.objects.listed().filter(authors__slug=slug)
    return _items(f"author:{slug}", articles, limit, below)


@live.stream(BREAKING, public=True, limit=LIMIT)
def breaking(limit: int) -> Iterator[dict[str, Any]]:
    """The newest public article that is breaking news, or nothing."""
    return (item_in(BREAKING, each) for each in _listed(Article.objects.breaking_news())[:1])


@live.stream("story:<id>", public=True, limit=LIMIT, exists=story_exists)
def story(limit: int, id: str) -> Iterator[dict[str, Any]]:
    """One article with its text; empty while it is retracted."""
    if NUMBER.fullmatch(id):
        stories = Article.objects.public().without_posts().select_related("section", "image")
        for article in stories.filter(pk=int(id)):
            yield item_in(article.stream, article)


def live_story_exists(id: str) -> bool:
    """Return whether a live story is or was public."""
    stories = Article.objects.filter(kind=Article.Kind.LIVE, first_published__isnull=False)
    return bool(NUMBER.fullmatch(id)) and stories.filter(pk=int(id)).exists()


@live.stream("posts:<id>", public=True, limit=LIMIT, exists=live_story_exists)
def posts(limit: int, id: str, below: str | None = None) -> Iterator[dict[str, Any]]:
    """The posts of a live story, the newest first, and the notes of those that were retracted."""
    if NUMBER.fullmatch(id):
        told = with_versions(Article.objects.told_in_story().filter(parent=int(id)))
        if below is not None:
            told = told.filter(order__lt=below)
        for post in told.defer("body", "ed_note").order_by("-order")[: limit + 1]:
            yield retraction_item(post) if post.is_retracted else post_item(post)


@live.stream("keys:<id>", public=True, limit=KEYS_LIMIT, exists=live_story_exists)
def keys_of_story(limit: int, id: str) -> Iterator[dict[str, Any]]:
    """The key events of a live story, the newest first."""
    if NUMBER.fullmatch(id):
        yield from _key_events(f"keys:{id}", Article.objects.filter(parent=int(id)), limit)


@live.stream(KEYS, public=True, limit=KEYS_LIMIT)
def keys(limit: int) -> Iterator[dict[str, Any]]:
    """The newest key events of all live stories."""
    return _key_events(KEYS, Article.objects.all(), limit)


@live.stream("coverage:<id>", public=True, limit=LIMIT, exists=live_story_exists)
def coverage(limit: int, id: str) -> Iterator[dict[str, Any]]:
    """A live story's coverage and number of posts; empty while it is retracted."""
    if NUMBER.fullmatch(id):
        for story in Article.objects.public().filter(kind=Article.Kind.LIVE, pk=int(id)):
            yield coverage_item(story)


def may_read_wire(user: Actor) -> bool:
    """Return whether a user may read articles at the desk, or a token has the scope to."""
    return may(user, Verb.READ)


@live.stream(WIRE, may_read=may_read_wire, limit=LIMIT)
def wire(limit: int, below: str | None = None) -> Iterator[dict[str, Any]]:
    """Every public event once, posts included: for webhooks, other papers and programs.

    The latest change is first.
    """
    public = with_versions(Article.objects.public()).prefetch_related("topics")
    changed = public.select_related("section", "image")
    if below is not None:
        changed = changed.filter(below_on_wire(below))
    return (wire_item(each) for each in changed.order_by("-version_created", "-pk")[: limit + 1])


def _key_events(stream: str, posts: ArticleQuerySet, limit: int) -> Iterator[dict[str, Any]]:
    """Yield the key events among some posts. A pin does not move them."""
    # Processes of the previous release publish posts without a time, or with an order without one.
    # Drop in the next release.
    timed = posts.public().filter(key_event=True, occurred__isnull=False).exclude(short_order())
    shown = timed.select_related("parent__section").defer("body", "ed_note")
    for post in shown.in_order_of_keys()[: limit + 1]:
        yield key_item(stream, post)


def _items(
    stream: str, articles: ArticleQuerySet, limit: int, below: str | None
) -> Iterator[dict[str, Any]]:
    listed = _listed(articles).order_by("-order")
    if below is not None:
        listed = listed.filter(order__lt=below)
    return (item_in(stream, article) for article in listed[: limit + 1])


def _listed(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.select_related("section", "image").defer("body", "body_tree", "ed_note")
