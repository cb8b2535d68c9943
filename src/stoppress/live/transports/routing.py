"""The addresses of the live transports, relative to where the site mounts them."""

from typing import Any, cast

from django.urls import re_path

from stoppress.live.asgi_types import Application
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.readers.origin import SiteOriginValidator
from stoppress.live.script_prefix import path_below

from .direct_websocket import is_direct, serve_directly
from .poll import serve_poll
from .ranges import serve_range
from .sse import serve_sse
from .websocket import LiveConsumer

_consumer: Any = LiveConsumer.as_asgi()


async def _serve_websocket(scope: Any, receive: Any, send: Any) -> None:
    take = scope.get("extensions", {}).get(DIRECT)
    if take is not None and is_direct(scope):
        await serve_directly(scope, take)
    else:
        await _consumer(scope, receive, send)


# A page of another site must not read with its reader's cookies, whoever routes.
serve_websocket: Any = SiteOriginValidator(_serve_websocket)

_TRANSPORTS: dict[tuple[str, str], Application] = {
    ("websocket", "/live/ws"): serve_websocket,
    ("http", "/live/sse"): serve_sse,
    ("http", "/live/poll"): serve_poll,
    ("http", "/live/range"): serve_range,
}


def transport_of(scope: Any) -> Application | None:
    """Return the transport that a request asks for, below the script prefix; None for none.

    A proxy removes the prefix `/live`, and `/live/ws` is left: it is the whole path, too.
    """
    kind = scope["type"]
    below = _TRANSPORTS.get((kind, path_below(scope)))
    return below or _TRANSPORTS.get((kind, scope["path"]))


# Django's path functions are typed for views; Channels routes applications with them too.
websocket_urlpatterns: list[Any] = [re_path(r"^live/ws$", cast(Any, serve_websocket))]
http_urlpatterns: list[Any] = [
    re_path(r"^live/sse$", cast(Any, serve_sse)),
    re_path(r"^live/poll$", cast(Any, serve_poll)),
    re_path(r"^live/range$", cast(Any, serve_range)),
]
