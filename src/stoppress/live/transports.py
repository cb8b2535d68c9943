"""The live transports beside a site's own application."""

import logging
from functools import cache
from typing import Any

from channels.routing import ProtocolTypeRouter

from .access import asks_private
from .application import Application
from .asks import parse_ask
from .hub import running_hub, stop_hub
from .origin import SiteOriginValidator
from .refusals import Refusal
from .routing import ADDRESSES, router

logger = logging.getLogger("stoppress.live")


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
    if scope["path"] not in ADDRESSES:
        await _nowhere(scope, send)
    else:
        await (_known_readers() if private else router)(scope, receive, send)


async def _nowhere(scope: dict[str, Any], send: Any) -> None:
    """Refuse a WebSocket at another address; before its accept, so with an HTTP status."""
    logger.info("refused a WebSocket at %.200s", scope["path"])
    if "websocket.http.response" in scope.get("extensions", {}):
        start = {"type": "websocket.http.response.start", "status": 404, "headers": []}
        await send(start)
        await send({"type": "websocket.http.response.body", "body": b"no such address\n"})
    else:
        await send({"type": "websocket.close"})


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
