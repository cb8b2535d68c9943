"""The views of feeds: the same for everybody, and kept in the memory of pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from stoppress import live
from stoppress.newsroom.context import site_name
from stoppress.newsroom.reader_page import missing_page, reader_page
from stoppress.newsroom.tagged import etag_of, tagged

from .characters import legal
from .feed import Feed
from .formats import FORMATS, USUAL, Format
from .subjects import Subject, all_news, author, live_story, section, topic

# The function that finds a feed's subject, by the name of the feed's route.
SUBJECTS: dict[str, Callable[..., Subject | None]] = {
    "feed": all_news,
    "section_feed": section,
    "topic_feed": topic,
    "author_feed": author,
    "live_story_feed": live_story,
}


@reader_page
def feed(request: HttpRequest, of: str, format: str, **place: Any) -> HttpResponseBase:
    """Answer with a feed, or with 304 if the reader has the same.

    Args:
        of: the name of the feed's route, such as `section_feed`.
        place: the parameters of that route, if any.
    """
    subject = SUBJECTS[of](**place)
    return missing_page(request) if subject is None else _answer(request, subject, FORMATS[format])


@reader_page
def usual_address(request: HttpRequest, usual: str, of: str, **place: Any) -> HttpResponseBase:
    """Redirect a usual address to the feed; the arguments are those of `feed`."""
    if SUBJECTS[of](**place) is None:
        return missing_page(request)
    where = reverse(f"newsroom:{of}", kwargs={**place, "format": USUAL[usual]})
    return HttpResponsePermanentRedirect(where)


def _answer(request: HttpRequest, subject: Subject, format: Format) -> HttpResponseBase:
    live.shows(*subject.streams)
    absolute = request.build_absolute_uri
    hub = str(getattr(settings, "STOPPRESS_WEBSUB_HUB", ""))
    made = Feed(
        title=subject.title,
        description=subject.description,
        url=absolute(subject.path),
        address=absolute(request.path),
        language=subject.language,
        publisher=site_name(),
        hub=hub,
        entries=subject.entries(absolute),
    )
    written = format.write(legal(made)).encode()
    # Made from the content: names of people and topics change without an event in the streams.
    response = tagged(request, etag_of(written), lambda: written, format.content_type)
    if hub:
        # WebSub, section 4: subscribers read this header first, and JSON Feed has no such element.
        response["Link"] = f'<{hub}>; rel="hub", <{made.address}>; rel="self"'
    return response
