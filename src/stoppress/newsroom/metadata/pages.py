"""The head of each kind of page, made when a template asks for it, and so not for a 304."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from stoppress.newsroom.context import site_name
from stoppress.newsroom.language import site_language
from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.post_range import PostRange

from .articles import live_blog, news_article, post_of_story
from .breadcrumbs import Place, breadcrumbs, place_of
from .data_block import Thing
from .facts import Facts, facts_of
from .head import Head
from .images import preview
from .lists import collection, profile
from .organisation import publisher, website
from .posts import posts_shown

# Search engines show the newest posts; with more, a first visit would exceed 60 KiB.
POSTS = 10


def front_head(request: HttpRequest) -> Head:
    """Return the head of the front page."""
    absolute = request.build_absolute_uri
    return _lazy(
        lambda: Head(
            title=site_name(),
            description=_latest(),
            shared=_latest(),
            image=preview([], absolute),
            language=site_language(),
            things=[website(absolute), publisher(absolute)],
        )
    )


def list_head(
    request: HttpRequest, listed: Section | Topic | Person, articles: ArticleQuerySet
) -> Head:
    """Return the head of a section, a topic or an author."""
    return _lazy(lambda: _list_head(request, listed, articles))


def plain_head(request: HttpRequest, title: str, *way: Place) -> Head:
    """Return the head of a page without its own description, such as a day of the archive.

    Args:
        way: the name and the address of each page from the front page to this one.
    """
    absolute = request.build_absolute_uri
    return _lazy(
        lambda: Head(
            title=title,
            description="",
            shared=_latest(),
            image=preview([], absolute),
            language=site_language(),
            things=[breadcrumbs(way, absolute)] if way else [],
        )
    )


def article_head(request: HttpRequest, article: Article) -> Head:
    """Return the head of an article that is not a live story."""
    return _lazy(lambda: _article_head(request, article))


def live_head(request: HttpRequest, story: Article, shown: PostRange, begins: str = "") -> Head:
    """Return the head of a page of a live story, with the first posts that the page shows.

    Args:
        begins: the words before the headline in the title.
    """
    return _lazy(lambda: _live_head(request, story, shown, begins))


def post_head(request: HttpRequest, post: Article, story: Article) -> Head:
    """Return the head of a post's own page."""
    return _lazy(lambda: _post_head(request, post, story))


def _lazy(make: Callable[[], Head]) -> Head:
    return cast(Head, SimpleLazyObject(make))


def _latest() -> str:
    return gettext("The latest from %(site_name)s.") % {"site_name": site_name()}


def _list_head(
    request: HttpRequest, listed: Section | Topic | Person, articles: ArticleQuerySet
) -> Head:
    absolute = request.build_absolute_uri
    names = {"site_name": site_name(), "name": listed.name}
    words = gettext("The latest from %(site_name)s: %(name)s.") % names
    if isinstance(listed, Person):
        about = profile(listed, absolute)
    else:
        about = collection(listed, articles, absolute)
    return Head(
        title=listed.name,
        description=words,
        shared=words,
        image=preview([], absolute),
        language=site_language(),
        type="profile" if isinstance(listed, Person) else "website",
        things=[about, breadcrumbs(place_of(listed), absolute)],
    )


def _article_head(request: HttpRequest, article: Article) -> Head:
    facts = facts_of(article)
    return _story_head(request, facts, news_article(facts, request.build_absolute_uri))


def _live_head(request: HttpRequest, story: Article, shown: PostRange, begins: str) -> Head:
    facts = facts_of(story)
    updates = posts_shown(story, shown, POSTS)
    about = live_blog(facts, updates, request.build_absolute_uri)
    return _story_head(request, facts, about, begins)


def _story_head(request: HttpRequest, facts: Facts, about: Thing, begins: str = "") -> Head:
    article = facts.article
    absolute = request.build_absolute_uri
    way = [*place_of(article.section), (facts.name, article.get_absolute_url())]
    return Head(
        title=begins + facts.name,
        description="" if begins else facts.description,
        shared=facts.description or _latest(),
        image=preview(facts.pictures, absolute),
        language=article.language,
        type="article",
        things=[about, breadcrumbs(way, absolute)],
        published=facts.published,
        modified=facts.modified,
        section=article.section.name if article.section else "",
        tags=[topic.name for topic in facts.topics],
        authors=[absolute(person.get_absolute_url()) for person in facts.authors],
        ninjs=reverse("newsroom:ninjs", args=[article.pk]),
    )


def _post_head(request: HttpRequest, post: Article, story: Article) -> Head:
    facts = facts_of(post)
    absolute = request.build_absolute_uri
    places = [(each.headline or facts.name, each.get_absolute_url()) for each in (story, post)]
    section = story.section
    return Head(
        title=facts.name,
        description=facts.description,
        shared=facts.description or story.headline,
        image=preview(facts.pictures, absolute),
        language=post.language,
        type="article",
        things=[
            post_of_story(facts, story, absolute),
            breadcrumbs([*place_of(section), *places], absolute),
        ],
        published=facts.published,
        modified=facts.modified,
        section=section.name if section else "",
        ninjs=reverse("newsroom:post_ninjs", args=[story.pk, post.pk]),
    )
