"""The subjects of feeds: all news, a section, a topic, an author, a live story."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from stoppress.newsroom.context import site_name
from stoppress.newsroom.language import site_language
from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.opening import opening

from .entries import Absolute, entries, language_of_note, newest, withdrawn_with_story
from .feed import Entry, Withdrawn

Entries = Callable[[Absolute], list[Entry | Withdrawn]]


class Subject(NamedTuple):
    """The subject of a feed.

    Attributes:
        path: the path of the page with the same content; the feed's address is below it.
        streams: the streams that have an event when the feed changes.
        entries: a function that reads the entries.
    """

    title: str
    description: str
    language: str
    path: str
    streams: list[str]
    entries: Entries


def all_news() -> Subject:
    """Return the feed of all public articles."""
    name = site_name()
    words = gettext("The latest from %(site_name)s.") % {"site_name": name}
    articles = Article.objects.told_in_feeds()
    path = reverse("newsroom:front")
    return Subject(name, words, site_language(), path, ["news"], _of_articles(articles))


def section(slug: str) -> Subject | None:
    """Return the feed of a section; None if there is none."""
    found = Section.objects.filter(slug=slug).first()
    return _of(found, Article.objects.told_in_feeds().filter(section=found)) if found else None


def topic(slug: str) -> Subject | None:
    """Return the feed of a topic; None if there is none."""
    found = Topic.objects.filter(slug=slug).first()
    return _of(found, Article.objects.told_in_feeds().filter(topics=found)) if found else None


def author(slug: str) -> Subject | None:
    """Return the feed of an author; None if the author never had a public article."""
    found = Person.objects.filter(slug=slug).first()
    articles = Article.objects.told_in_feeds().filter(authors=found) if found else None
    return _of(found, articles) if found and articles is not None and articles.exists() else None


def live_story(pk: int) -> Subject | None:
    """Return the feed of a live story's posts; None if the story was never public.

    If the story is retracted, each post is withdrawn with the note of the story. The feed stays, so
    that feed readers replace the stored posts, and get them again if the story is restored.
    """
    stories = Article.objects.told_in_feeds().filter(kind=Article.Kind.LIVE)
    story = stories.filter(pk=pk).first()
    if story is None:
        return None
    posts = Article.objects.filter(parent=story, first_published__isnull=False)
    streams = [story.stream, f"posts:{pk}"]

    def read(absolute: Absolute) -> list[Entry | Withdrawn]:
        if story.is_retracted:
            once = posts.exclude(pub_status=Article.PubStatus.WITHHELD)
            return withdrawn_with_story(story, newest(once), absolute)
        told = Article.objects.told_in_story().filter(parent=story)
        return entries(newest(told), absolute)

    if story.is_retracted:
        title, words = gettext("Withdrawn"), story.retraction_note or gettext("Withdrawn")
        language = language_of_note(story)
    else:
        title = f"{story.headline} – {site_name()}"
        language = story.language
        words = story.summary.strip() or opening(story.body_tree) or story.headline
    return Subject(title, words, language, story.get_absolute_url(), streams, read)


def _of(found: Section | Topic | Person, articles: ArticleQuerySet) -> Subject:
    names = {"site_name": site_name(), "name": found.name}
    words = gettext("The latest from %(site_name)s: %(name)s.") % names
    title = f"{found.name} – {site_name()}"
    path, streams = found.get_absolute_url(), [found.stream]
    return Subject(title, words, site_language(), path, streams, _of_articles(articles))


def _of_articles(articles: ArticleQuerySet) -> Entries:
    return lambda absolute: entries(newest(articles), absolute)
