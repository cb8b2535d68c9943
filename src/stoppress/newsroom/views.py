"""The readers' pages: the same for everybody, complete without JavaScript, and cacheable."""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.live.build import build
from stoppress.live.log.history import read_head
from stoppress.live.rendering.locale import Locale

from .comparing.versions import PUBLIC_PARTS, compared_versions
from .context import page_context
from .direction import direction
from .models import Article, Section, Topic, Version
from .payloads import description, direction_of, history_lines

View = Callable[..., HttpResponseBase]


def reader_page(view: View) -> View:
    """Make a view a page that is the same for every reader and is read in one transaction.

    Its query is ignored: an address with any query gets the page without it. Whatever language and
    zone are active in the process, the page is in the site's.
    """
    # Exempt, because methods other than GET and HEAD get a 405: there is nothing to forge.
    return csrf_exempt(require_safe(live.shared_page(query=())(_in_the_sites_locale(view))))


def _in_the_sites_locale(view: View) -> View:
    @wraps(view)
    def page(request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        with Locale.of_the_site().active():
            return view(request, **parameters)

    return page


@reader_page
def front(request: HttpRequest) -> HttpResponseBase:
    """Show the latest public news of all sections."""
    return _page(request, "newsroom/front.html", {"here": "front", "stream": "news"})


@reader_page
def section(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the latest news of one section."""
    found = Section.objects.filter(slug=slug).first()
    if found is None:
        return _missing(request)
    context = {"here": slug, "section": found, "stream": found.stream}
    return _page(request, "newsroom/section.html", context)


@reader_page
def topic(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the latest news of one topic."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        return _missing(request)
    context = {"here": "", "section": found, "stream": found.stream}
    return _page(request, "newsroom/section.html", context)


@reader_page
def article(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an article.

    A withdrawn article answers 410 with its public note; one that is not public yet answers 404.
    """
    articles = Article.objects.select_related("section")
    found = articles.public().filter(pk=pk).first()
    if found is not None:
        here = found.section.slug if found.section else ""
        context = {
            "article": found,
            "description": description(found),
            "direction": direction_of(found),
            "here": here,
            "stream": found.stream,
        }
        return _page(request, "newsroom/article.html", context, topics=found.topics.all())
    return _withdrawn(request, pk)


@reader_page
def post(request: HttpRequest, story: int, pk: int) -> HttpResponseBase:
    """Show a post among those around it."""
    return redirect("newsroom:article", story)


@reader_page
def changes(request: HttpRequest, pk: int, before: int, after: int) -> HttpResponseBase:
    """Show what changed between two public versions of an article, word by word."""
    found = Article.objects.public().select_related("section").filter(pk=pk).first()
    if found is None:
        return _withdrawn(request, pk)
    shown = found.versions.comparable().filter(version__in=[before, after])
    versions = {version.version: version for version in shown}
    if not (before < after and len(versions) == 2):
        return _missing(request)
    compared = versions[before], versions[after]
    live.shows(found.stream)
    context: dict[str, object] = {
        "article": found,
        "here": found.section.slug if found.section else "",
        "stream": found.stream,
        "direction": direction_of(found),
        "lines": history_lines(found, list(compared)),
        "parts": compared_versions(*compared, PUBLIC_PARTS),
    }
    return _page(request, "newsroom/changes.html", context)


def _withdrawn(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer the address of an article that is not public: 410 if it was retracted, else 404."""
    retractions = Version.objects.filter(
        article__pk=pk,
        article__pub_status=Article.PubStatus.CANCELED,
        act=Version.Act.RETRACTION,
    )
    # The template gets nothing else, so no text of the article can get into the page.
    withdrawn = retractions.values("note", "created", language=F("article__language")).first()
    if withdrawn is None:
        return _missing(request)
    runs = direction(withdrawn["language"], withdrawn["note"])
    context: dict[str, object] = {
        "withdrawn": {**withdrawn, "direction": runs},
        "stream": f"story:{pk}",
    }
    return _page(request, "newsroom/article.html", context, status=410)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address (Django's `handler404`)."""
    with live.reading(), Locale.of_the_site().active():
        response = _missing(request)
    # The address may be behind a sign-in, so no shared cache may store the answer.
    response["Cache-Control"] = "no-cache"
    return response


def _missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("404.html", page_context(request)), status=404)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    status: int = 200,
    topics: Iterable[Topic] = (),
) -> HttpResponseBase:
    around = page_context(request)
    # Names that can change without an event: those in the heading and in the list of topics.
    names = [str(context.get("section")), *map(str, topics)]
    etag = _etag(request, str(context["stream"]), around, names)
    # RFC 9110, 13.2.1: conditions count only if the response would be a success.
    unchanged = get_conditional_response(request, etag=etag) if status == 200 else None
    response = unchanged or HttpResponse(
        render_to_string(template, around | context), status=status
    )
    response["ETag"] = etag
    return response


def _etag(request: HttpRequest, stream: str, around: dict[str, object], names: list[str]) -> str:
    """Return a hash of everything that the page depends on; the cursor stands for the news."""
    made_of = (
        str(read_head(stream).cursor),
        build(),
        request.get_full_path(),
        sorted(around.items()),
        names,
    )
    return f'"{hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]}"'
