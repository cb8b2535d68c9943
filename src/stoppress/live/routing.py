"""The addresses of the live transports, relative to where the site puts them."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from .consumers import LiveConsumer

ADDRESSES = frozenset({"/live/ws"})

# Django's path functions are typed for views; Channels routes applications with them too.
websocket_urlpatterns: list[Any] = [re_path(r"^live/ws$", cast(Any, LiveConsumer.as_asgi()))]

router: Any = URLRouter(websocket_urlpatterns)
