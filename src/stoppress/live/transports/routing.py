"""The addresses of the live transports, relative to where the site mounts them."""

from typing import Any, cast

from django.urls import re_path

from stoppress.live.asgi_types import Application
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.readers.origin import SiteOriginValidator

from .direct_websocket import is_direct, serve_directly
from .poll import serve_poll
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
}


def transport_of(scope: Any) -> Application | None:
    """Return the transport that a request asks for; None for none."""
    return _TRANSPORTS.get((scope["type"], scope["path"]))


# Django's path functions are typed for views; Channels routes applications with them too.
websocket_urlpatterns: list[Any] = [re_path(r"^live/ws$", cast(Any, serve_websocket))]
http_urlpatterns: list[Any] = [
    re_path(r"^live/sse$", cast(Any, serve_sse)),
    re_path(r"^live/poll$", cast(Any, serve_poll)),
]
