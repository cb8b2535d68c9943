"""Feeds as answers: the same for everybody, from memory while they are current."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.newsroom.context import site_name
from stoppress.newsroom.reader_page import missing_page, reader_page

from .characters import legal
from .feed import Feed
from .formats import FORMATS, USUAL, Format
from .subjects import Subject, all_news, author, live_story, section, topic


@reader_page
def news_feed(request: HttpRequest, format: str) -> HttpResponseBase:
    """Answer with the feed of all news."""
    return _answer(request, all_news(), FORMATS[format])


@reader_page
def section_feed(request: HttpRequest, slug: str, format: str) -> HttpResponseBase:
    """Answer with the feed of a section."""
    return _answer(request, section(slug), FORMATS[format])


@reader_page
def topic_feed(request: HttpRequest, slug: str, format: str) -> HttpResponseBase:
    """Answer with the feed of a topic."""
    return _answer(request, topic(slug), FORMATS[format])


@reader_page
def author_feed(request: HttpRequest, slug: str, format: str) -> HttpResponseBase:
    """Answer with the feed of an author's articles."""
    return _answer(request, author(slug), FORMATS[format])


@reader_page
def live_story_feed(request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
    """Answer with the feed of a live story's posts."""
    return _answer(request, live_story(pk), FORMATS[format])


@csrf_exempt
@require_safe
def usual_address(
    request: HttpRequest, usual: str, of: str, **place: object
) -> HttpResponsePermanentRedirect:
    """Redirect from where feeds are looked for to the feed.

    Args:
        of: the name of the feed's route, such as `section_feed`.
    """
    where = reverse(f"newsroom:{of}", kwargs={**place, "format": USUAL[usual]})
    return HttpResponsePermanentRedirect(where)


def _answer(request: HttpRequest, subject: Subject | None, format: Format) -> HttpResponseBase:
    """Return a feed, or 304 where the reader has it."""
    if subject is None:
        return missing_page(request)
    live.shows(*subject.streams)
    absolute = request.build_absolute_uri
    hub = str(getattr(settings, "STOPPRESS_WEBSUB_HUB", ""))
    feed = Feed(
        title=subject.title,
        description=subject.description,
        url=absolute(subject.path),
        address=absolute(request.path),
        language=subject.language,
        publisher=site_name(),
        hub=hub,
        entries=subject.entries(absolute),
    )
    written = format.write(legal(feed)).encode()
    # Of the content: names of people and topics change without an event of the feed's streams.
    etag = f'"{hashlib.sha256(written).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        written, content_type=format.content_type
    )
    response["ETag"] = etag
    if hub:
        # WebSub, 4: readers look here first, and JSON has no elements.
        response["Link"] = f'<{hub}>; rel="hub", <{feed.address}>; rel="self"'
    return response
