"""`shared_page`: marks a view whose page is the same for every reader."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import TypeVar, overload

from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from stoppress.live.log.history import read_head
from stoppress.live.log.reading import is_refused_write, reading
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.publishing.registry import check_stream, find
from stoppress.live.publishing.shown import is_recording_shown, record_shown, recording_shown
from stoppress.live.trouble import trouble_in

from .query import QueryRead

logger = logging.getLogger("stoppress.live")

# The header from Django to the cache, removed there. `news@17-5be0cd19137e21fa story:42@…`
HEADER = "Live-Shows"
# Browsers ask each time. A shared cache answers a crowd, and drops a withdrawn text within two
# seconds.
SHARED = "public, max-age=0, s-maxage=2"
MARK = "live_shared_page"
# A list in the scope of the cache's own requests. If the view fails because of the database, it
# adds the trouble in words; then all waiting readers get the same response.
OUTAGE = "stoppress.outage"

View = Callable[..., HttpResponseBase]
Decorated = TypeVar("Decorated", bound=View)


@overload
def shared_page(view: Decorated) -> Decorated: ...


@overload
def shared_page(*, query: Iterable[str]) -> Callable[[Decorated], Decorated]: ...


def shared_page(
    view: View | None = None, *, query: Iterable[str] | None = None
) -> View | Callable[[View], View]:
    """Serve a page that is the same for every reader from a cache while it is current.

        @live.shared_page(query=["page"])
        def scores(request):
            return render(request, "scores.html")  # it has {% live_feed "scores" … %}

    The view runs inside one `live.reading()`; a response that is rendered later is rendered there
    too. Unless the view sets a `Cache-Control`, the response gets `public, max-age=0, s-maxage=2`.

    The page may depend on address, host, gzip and the language that Django chooses, and on nothing
    else of a request. The cache calls the view without the reader's cookies.

    Args:
        query: the parameters that the view reads. All others are removed from its request, so an
            address with them gets the same page as one without. Without this argument every query
            is a page of its own, and any made-up query is rendered.

    Raises:
        TypeError: the view is async, or `query` is a single string.
    """
    if isinstance(query, str):
        raise TypeError(f"query is a list of names: query=[{query!r}].")
    read = QueryRead(None if query is None else frozenset(query))
    return _share(view, read) if view is not None else partial(_share, read=read)


def _share(view: View, read: QueryRead) -> View:
    if iscoroutinefunction(view):
        raise TypeError(f"{view.__name__} is async: a shared page reads in one transaction.")

    @wraps(view)
    def serve(request: HttpRequest, *args: object, **place: object) -> HttpResponseBase:
        read.narrow_request(request)
        shown: dict[str, Cursor] = {}
        with recording_shown(shown), _naming(view, request), reading():
            response = view(request, *args, **place)
            render = getattr(response, "render", None)
            if render is not None and not getattr(response, "is_rendered", True):
                response = render()
        if private := [name for name in shown if _is_private(name)]:
            logger.error("a shared page shows %s, which is not public", ", ".join(private))
            response["Cache-Control"] = "private, no-store"
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = SHARED
        if shown:
            response[HEADER] = " ".join(f"{name}@{cursor}" for name, cursor in shown.items())
        return response

    setattr(serve, MARK, read)
    return serve


def shows(*streams: str) -> None:
    """Declare the streams that a shared page shows; call it before reading their items.

        live.shows("scores")
        return render(request, "scores.html", {"matches": Match.objects.all()})

    `{% live_feed %}` and `live.snapshot` call it themselves. Outside a shared page it has no
    effect.

    Raises:
        UnknownStream: a name belongs to no registered stream.
    """
    for name in streams:
        check_stream(name)
        if is_recording_shown():
            record_shown(name, read_head(name).cursor)


@contextmanager
def _naming(view: View, request: HttpRequest) -> Iterator[None]:
    """Add the view's name to the error of a forbidden write, and mark an outage."""
    try:
        yield
    except DatabaseError as error:
        if isinstance(request, ASGIRequest) and (words := trouble_in(error)):
            request.scope.get(OUTAGE, []).append(words)
        if is_refused_write(error):
            error.add_note(
                f"{getattr(view, '__qualname__', view)} is a shared_page: it is called once for "
                "many readers, inside live.reading()."
            )
        raise


def _is_private(stream: str) -> bool:
    named = find(stream)
    return named is None or not named.stream.public


def parse_shown(text: str) -> dict[str, Cursor]:
    """Return the cursors in a response's header; empty where one is malformed."""
    found: dict[str, Cursor] = {}
    for entry in text.split():
        name, _, place = entry.partition("@")
        cursor = parse_cursor(place)
        if cursor is None:
            return {}
        found[name] = cursor
    return found
