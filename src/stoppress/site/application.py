"""The site's ASGI application: Django and the live transports, and what holds for each request."""

from typing import Any

from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live.asgi_types import Application

from .web.body_limits import BodyLimits
from .web.every_answer import every_answer
from .web.unchanging import Unchanging


def site_application() -> Application:
    """Return the application, with the memory of pages that is its own."""
    site = live.asgi(Unchanging(get_asgi_application()))
    requests = every_answer(BodyLimits(site))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        # A WebSocket has neither a body nor an answer's headers.
        await (requests if scope["type"] == "http" else site)(scope, receive, send)

    return application
