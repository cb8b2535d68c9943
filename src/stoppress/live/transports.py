"""The live transports beside a site's own application."""

from functools import cache
from typing import Any

from channels.routing import ProtocolTypeRouter

from .access import asks_private
from .application import Application
from .asks import parse_ask
from .hub import running_hub, stop_hub
from .origin import SiteOriginValidator
from .refusals import Refusal
from .routing import router


def serve_beside(http: Application) -> ProtocolTypeRouter:
    """Return an application that serves `/live/ws`, and leaves HTTP to `http`."""
    return ProtocolTypeRouter(
        {
            "http": http,
            "websocket": SiteOriginValidator(_readers),
            "lifespan": _lifespan,
        }
    )


async def _readers(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Ask who the reader is only where a stream is not public: that reads the database."""
    try:
        private = asks_private(parse_ask(scope["query_string"]).cursors)
    except Refusal:
        private = False  # the consumer refuses it, in words
    await (_known_readers() if private else router)(scope, receive, send)


@cache
def _known_readers() -> Any:
    # Not every site has django.contrib.auth, which this imports; one with private streams has.
    from channels.auth import AuthMiddlewareStack

    return AuthMiddlewareStack(router)


async def _lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            running_hub()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return
