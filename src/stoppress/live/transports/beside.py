"""Serves the live transports beside a site's own application."""

import logging
from functools import partial
from typing import Any

from channels.routing import ProtocolTypeRouter

from stoppress.live.asgi_types import BY_ASGI, Application
from stoppress.live.browser_client import tell_if_missing
from stoppress.live.delivery.sink import DIRECT
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.readers.denial import deny
from stoppress.live.readers.origin import SiteOriginValidator
from stoppress.live.shared_pages.middleware import PageCache

from .direct_websocket import is_direct, serve_directly
from .routing import HTTP_ADDRESSES, WEBSOCKET_ADDRESSES, http_router, websocket_router

logger = logging.getLogger("stoppress.live")


def serve_beside(http: Application) -> ProtocolTypeRouter:
    """Return an application that serves the live transports and passes other HTTP to `http`."""

    pages = PageCache(http)

    async def requests(scope: dict[str, Any], receive: Any, send: Any) -> None:
        BY_ASGI.set(True)
        live = scope["path"] in HTTP_ADDRESSES
        await (http_router if live else pages)(scope, receive, tell_if_missing(scope, send))

    return ProtocolTypeRouter(
        {
            "http": requests,
            "websocket": SiteOriginValidator(_sockets),
            "lifespan": partial(_lifespan, pages),
        }
    )


async def _sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:
    take = scope.get("extensions", {}).get(DIRECT)
    if scope["path"] not in WEBSOCKET_ADDRESSES:
        await _nowhere(scope, send)
    elif take is not None and is_direct(scope):
        await serve_directly(scope, take)
    else:
        await websocket_router(scope, receive, send)


async def _nowhere(scope: dict[str, Any], send: Any) -> None:
    """Refuse a WebSocket at an unknown address, with an HTTP status before its accept."""
    logger.info("refused a WebSocket at %.200r", scope["path"])
    await deny(scope, send, 404, b"no such address\n")


async def _lifespan(pages: PageCache, scope: dict[str, Any], receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            running_hub()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            pages.close()
            await stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return
