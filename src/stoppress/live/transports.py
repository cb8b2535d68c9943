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
from .routing import HTTP_ADDRESSES, WEBSOCKET_ADDRESSES, http_router, websocket_router

logger = logging.getLogger("stoppress.live")


def serve_beside(http: Application) -> ProtocolTypeRouter:
    """Return an application that serves the live transports, and leaves other HTTP to `http`."""

    async def requests(scope: dict[str, Any], receive: Any, send: Any) -> None:
        live = scope["path"] in HTTP_ADDRESSES
        await (_known(scope, http_router) if live else http)(scope, receive, send)

    return ProtocolTypeRouter(
        {
            "http": requests,
            "websocket": SiteOriginValidator(_sockets),
            "lifespan": _lifespan,
        }
    )


async def _sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"] not in WEBSOCKET_ADDRESSES:
        await _nowhere(scope, send)
    else:
        await _known(scope, websocket_router)(scope, receive, send)


def _known(scope: dict[str, Any], router: Any) -> Any:
    """Ask who the reader is only where a stream is not public: that reads the database."""
    try:
        private = asks_private(parse_ask(scope["query_string"]).cursors)
    except Refusal:
        private = False  # the transport refuses it, in words
    return _known_readers(router) if private else router


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
def _known_readers(router: Any) -> Any:
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
