"""Mark a view as shared: it is the same for every reader, and says which streams it shows."""

import logging
from collections.abc import Callable, Iterable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import TypeVar, overload

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from stoppress.live.errors import UnknownStream
from stoppress.live.log.history import read_head
from stoppress.live.log.reading import reading
from stoppress.live.protocol.cursor import Cursor, parse_cursor
from stoppress.live.publishing.registry import find
from stoppress.live.publishing.shown import is_noted, note_shown, noting

from .query import QueryRead

logger = logging.getLogger("stoppress.live")

# From Django to the memory; it goes no further. `news@17-5be0cd19137e21fa story:42@…`
HEADER = "Live-Shows"
# Browsers ask each time; a shared cache answers a crowd, and forgets a withdrawn text within
# two seconds.
SHARED = "public, max-age=0, s-maxage=2"
MARK = "live_shared_page"

View = Callable[..., HttpResponseBase]
Decorated = TypeVar("Decorated", bound=View)


@overload
def shared_page(view: Decorated) -> Decorated: ...


@overload
def shared_page(*, query: Iterable[str]) -> Callable[[Decorated], Decorated]: ...


def shared_page(
    view: View | None = None, *, query: Iterable[str] | None = None
) -> View | Callable[[View], View]:
    """Serve a page that is one and the same for every reader, out of memory while it is current.

        @live.shared_page(query=["page"])
        def scores(request):
            return render(request, "scores.html")  # it has {% live_feed "scores" … %}

    The view runs in one `live.reading()`; a response that is rendered late is rendered there. It
    answers with `Cache-Control: public, max-age=0, s-maxage=2` where it says nothing else.

    It may depend on the address, the host, gzip and the language that Django chooses, and on
    nothing else of a request. The memory asks it without the reader's cookies.

    Args:
        query: the parameters that the view reads. All others are taken out of its request, so that
            an address with them is answered as the one without. Without this each query is a page
            of its own, and whoever makes one up has it rendered.

    Raises:
        TypeError: the view is async, or `query` is one string.
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
        with noting(shown), reading():
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
    """Say which streams a shared page shows; call it before what they hold is read.

    `{% live_feed %}` and `live.snapshot` say it by themselves. Outside of a shared page it does
    nothing.

    Raises:
        UnknownStream: no registered stream answers to a name.
    """
    for name in streams:
        if find(name) is None:
            raise UnknownStream(f"No registered stream answers to {name!r}.")
        if is_noted():
            note_shown(name, read_head(name).cursor)


def _is_private(stream: str) -> bool:
    named = find(stream)
    return named is None or not named.stream.public


def parse_shown(text: str) -> dict[str, Cursor]:
    """Return the cursors that a response names; nothing where one cannot be read."""
    found: dict[str, Cursor] = {}
    for entry in text.split():
        name, _, place = entry.partition("@")
        cursor = parse_cursor(place)
        if cursor is None:
            return {}
        found[name] = cursor
    return found
