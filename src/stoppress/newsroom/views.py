"""The readers' pages: the same for everybody, complete without JavaScript, and cacheable."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from stoppress import live
from stoppress.live.rendering.locale import Locale

from .accessibility import checked
from .article_name import article_name
from .comparing.versions import PUBLIC_PARTS, compared_versions
from .metadata.pages import article_head, front_head, plain_head
from .models import Article, Version
from .page_kind import PageKind, marked
from .payloads import direction_of, history_lines
from .post_views import live_story_page
from .reader_page import missing_page, page, reader_page
from .stream_names import KEYS
from .withdrawn import withdrawn_page


@reader_page
def front(request: HttpRequest) -> HttpResponseBase:
    """Show the latest public news of all sections, and the newest key events."""
    context: dict[str, object] = {
        "here": "front",
        "stream": "news",
        "newest": reverse("newsroom:front"),
        "keys": KEYS,
        "head": front_head(request),
    }
    return page(request, "newsroom/front.html", ["news", KEYS], context)


@reader_page
def article(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an article; a live story with its newest posts.

    A withdrawn article answers 410 with its public note; one that is not public yet answers 404. A
    post is redirected to its address in its story.
    """
    articles = Article.objects.public().prefetch_related("topics", "authors")
    found = articles.select_related("section", "image").filter(pk=pk).first()
    if found is None:
        return withdrawn_page(request, pk)
    if found.is_post:
        return redirect(found)
    if found.is_live:
        return live_story_page(request, found)
    context: dict[str, object] = {
        "article": found,
        "title": found.headline,
        "head": article_head(request, found),
        "direction": direction_of(found),
        "here": found.section.slug if found.section else "",
        "section": found.section,
        "stream": found.stream,
    }
    topics, authors = found.topics.all(), found.authors.all()
    template, streams = "newsroom/article.html", [found.stream]
    return page(request, template, streams, context, topics=topics, facts=authors)


@reader_page
def changes(request: HttpRequest, pk: int, before: int, after: int) -> HttpResponseBase:
    """Show what changed between two public versions of an article, word by word."""
    articles = Article.objects.public().select_related("section", "parent__section")
    found = articles.filter(pk=pk).first()
    if found is None:
        return withdrawn_page(request, pk)
    shown = Version.objects.comparable(found).filter(version__in=[before, after])
    versions = {version.version: version for version in shown}
    if not (before < after and len(versions) == 2):
        return missing_page(request)
    compared = versions[before], versions[after]
    listed = found.parent or found
    context: dict[str, object] = {
        "article": found,
        "title": article_name(found),
        "here": listed.section.slug if listed.section else "",
        "direction": direction_of(found),
        "lines": history_lines(found, list(compared)),
        "parts": compared_versions(*compared, PUBLIC_PARTS),
    }
    return page(request, "newsroom/changes.html", [found.stream], context)


@reader_page
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """Show the accessibility statement: the results of a test run, and a contact."""
    context: dict[str, object] = {
        "here": "accessibility",
        "checked": checked(),
        "head": plain_head(request, gettext("Accessibility")),
    }
    return page(request, "newsroom/accessibility.html", [], context)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address (Django's `handler404`)."""
    with _closing_new_connections(), live.reading(), Locale.of_the_site().active():
        response = marked(missing_page(request), PageKind.READERS)
    # The address may be behind a sign-in, so no shared cache may store the answer.
    response["Cache-Control"] = "no-cache"
    return response


@contextmanager
def _closing_new_connections() -> Iterator[None]:
    """Close the connections that are opened inside.

    Under ASGI the page of a 404 is made in a thread in which no request ends, so Django closes
    nothing there. In the thread of a request, a connection may have an open transaction.
    """
    open_before = _open_connections()
    try:
        yield
    finally:
        for connection in _open_connections() - open_before:
            connection.close()


def _open_connections() -> set[BaseDatabaseWrapper]:
    known = connections.all(initialized_only=True)
    return {connection for connection in known if connection.connection is not None}
