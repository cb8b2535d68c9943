"""The addresses of the live transports, relative to where the site mounts them."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from .poll import serve_poll
from .sse import serve_sse
from .websocket import LiveConsumer

WEBSOCKET_ADDRESSES = frozenset({"/live/ws"})
HTTP_ADDRESSES = frozenset({"/live/sse", "/live/poll"})

# Django's path functions are typed for views; Channels routes applications with them too.
websocket_urlpatterns: list[Any] = [re_path(r"^live/ws$", cast(Any, LiveConsumer.as_asgi()))]
http_urlpatterns: list[Any] = [
    re_path(r"^live/sse$", cast(Any, serve_sse)),
    re_path(r"^live/poll$", cast(Any, serve_poll)),
]

websocket_router: Any = URLRouter(websocket_urlpatterns)
http_router: Any = URLRouter(http_urlpatterns)
