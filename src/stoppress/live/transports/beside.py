"""Serves the live transports in front of a site's own application."""

from functools import partial
from typing import Any

from stoppress.live.asgi_types import BY_ASGI, Application
from stoppress.live.browser_client import tell_if_missing
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.script_prefix import as_specified
from stoppress.live.shared_pages.middleware import PageCache

from .routing import transport_of
from .site_application import SiteApplication


def serve_beside(site: Application) -> Application:
    """Return an application that serves the live transports and passes the rest to `site`."""
    own = SiteApplication(site)
    pages = PageCache(site)
    ours = partial(_lifespan, pages)

    async def requests(scope: Any, receive: Any, send: Any) -> None:
        await pages(scope, receive, tell_if_missing(scope, send))

    rest: dict[str, Application] = {"http": requests, "websocket": own.serve_websocket}

    async def beside(scope: Any, receive: Any, send: Any) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await own.serve_lifespan(ours, scope, receive, send)
        elif kind in rest:
            BY_ASGI.set(True)
            scope = as_specified(scope)
            await (transport_of(scope) or rest[kind])(scope, receive, send)
        else:
            await site(scope, receive, send)

    return beside


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
