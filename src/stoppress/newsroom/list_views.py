"""The readers' pages of a section, a topic and an author, and the older news of each list."""

from typing import NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext

from .metadata.pages import list_head, plain_head
from .models import Article, Person, Section, Topic
from .models.article import ArticleQuerySet
from .ranges import newer_ceiling
from .reader_page import missing_page, page, reader_page


class _List(NamedTuple):
    """A list of articles that readers can look through.

    Attributes:
        of: the section, topic or author that its articles share; None for all news.
        address: the address of the page with the newest articles.
    """

    of: Section | Topic | Person | None
    stream: str
    address: str
    articles: ArticleQuerySet


def _all_news() -> _List:
    return _List(None, "news", reverse("newsroom:front"), Article.objects.listed())


def _list_of(found: Section | Topic | Person, articles: ArticleQuerySet) -> _List:
    return _List(found, found.stream, found.get_absolute_url(), articles)


@reader_page
def older_news(request: HttpRequest, order: str) -> HttpResponseBase:
    """Show the news of all sections that are below an order."""
    return _list_page(request, _all_news(), order)


@reader_page
def section(request: HttpRequest, slug: str, order: str = "") -> HttpResponseBase:
    """Show the latest news of one section, or the news below an order."""
    found = Section.objects.filter(slug=slug).first()
    if found is None:
        return missing_page(request)
    articles = Article.objects.listed().filter(section=found)
    return _list_page(request, _list_of(found, articles), order)


@reader_page
def topic(request: HttpRequest, slug: str, order: str = "") -> HttpResponseBase:
    """Show the latest news of one topic, or the news below an order."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        return missing_page(request)
    articles = Article.objects.listed().filter(topics=found)
    return _list_page(request, _list_of(found, articles), order)


@reader_page
def author(request: HttpRequest, slug: str, order: str = "") -> HttpResponseBase:
    """Show the latest articles of one author, or those below an order.

    A person without a public article answers 404, like a person who does not exist.
    """
    found = Person.objects.filter(slug=slug).first()
    articles = Article.objects.listed().filter(authors=found) if found else None
    if found is None or articles is None or not articles.exists():
        return missing_page(request)
    return _list_page(request, _list_of(found, articles), order)


def _list_page(request: HttpRequest, listed: _List, ceiling: str) -> HttpResponseBase:
    above = newer_ceiling(listed.articles, ceiling) if ceiling else None
    newer = f"{listed.address}page/{above}/" if above else listed.address
    name = listed.of.name if listed.of else ""
    context: dict[str, object] = {
        "here": listed.of.slug if isinstance(listed.of, Section) else "",
        "section": listed.of,
        "is_author": isinstance(listed.of, Person),
        "heading": name or gettext("Older news"),
        "stream": listed.stream,
        "newest": listed.address,
        "newer": None if above is None else newer,
        "ceiling": ceiling,
    }
    if ceiling or listed.of is None:
        context["head"] = plain_head(request, str(context["heading"]))
    else:
        context["head"] = list_head(request, listed.of, listed.articles)
    # Processes of the previous release write no events to authors' streams.
    streams = [listed.stream, *(["news"] if context["is_author"] else [])]
    return page(request, "newsroom/section.html", streams, context)
