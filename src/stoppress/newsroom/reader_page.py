"""A reader's page: the same for everybody, rendered in one transaction, with an ETag."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.live.build import build
from stoppress.live.log.history import read_head
from stoppress.live.rendering.locale import Locale

from .context import page_context
from .models import Topic
from .page_kind import PageKind, marked
from .stream_names import BREAKING
from .tagged import etag_of, tagged

View = Callable[..., HttpResponseBase]


def reader_page(view: View) -> View:
    """Decorate a view: its page is the same for every reader, and is read in one transaction.

    Its query is ignored: an address with any query gets the page without it. The page is always in
    the site's language and time zone.
    """
    return reader_page_with()(view)


def reader_page_with(*parameters: str, kind: PageKind = PageKind.READERS) -> Callable[[View], View]:
    """Decorate a view as `reader_page` does, but let it read these parameters of its query."""

    def mark(view: View) -> View:
        shared = live.shared_page(query=parameters)(_in_the_sites_locale(view, kind))
        # Exempt, because methods other than GET and HEAD get a 405: there is nothing to forge.
        return csrf_exempt(require_safe(shared))

    return mark


def _in_the_sites_locale(view: View, kind: PageKind) -> View:
    @wraps(view)
    def page(request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        with Locale.of_the_site().active():
            return marked(view(request, **parameters), kind)

    return page


def page(
    request: HttpRequest,
    template: str,
    streams: Iterable[str],
    context: dict[str, object],
    status: int = 200,
    topics: Iterable[Topic] = (),
    facts: Iterable[object] = (),
) -> HttpResponseBase:
    """Return a page, or 304 if the reader has it.

    Args:
        streams: all streams that it shows, except breaking news, which is on every page.
        topics: the topics that it names.
        facts: other values that it depends on, except its address, as text or numbers.
    """
    streams = [*streams, BREAKING]
    # The breaking news of a story's own page leaves that story out.
    around = page_context(request) | {"own": streams[0].replace("story:", "article:")}
    # Names that can change without an event: those in the heading and in the list of topics.
    names = [str(context.get("section")), *map(str, topics), *map(str, facts)]
    etag = _etag(request, streams, around, names)
    return tagged(
        request, etag, lambda: render_to_string(template, around | context), status=status
    )


def missing_page(request: HttpRequest) -> HttpResponse:
    """Answer 404 to an unknown address."""
    return HttpResponse(render_to_string("404.html", page_context(request)), status=404)


def _etag(
    request: HttpRequest, streams: Iterable[str], around: dict[str, object], names: list[str]
) -> str:
    """Return a hash of everything that the page depends on; the cursors represent the news."""
    live.shows(*streams)
    made_of = (
        [str(read_head(stream).cursor) for stream in streams],
        build(),
        request.get_full_path(),
        sorted(around.items()),
        names,
    )
    return etag_of(repr(made_of).encode())
