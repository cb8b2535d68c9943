"""The Origin check: only pages of this site may read from a browser (RFC 6455, section 10.2)."""

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlparse

from channels.security.websocket import WebsocketDenier
from django.http.request import validate_host

from stoppress.live.asgi_types import Application

from .denial import deny
from .host import FOREIGN, allowed_hosts, is_for_this_site

logger = logging.getLogger("stoppress.live")

# Scheme, host and port; longer values are not cached either.
ORIGIN_BYTES = 500


class SiteOriginValidator:
    """Refuses handshakes for another host (with 400) and from another site's page (with 403)."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Pass a handshake from a page of this site on."""
        if not is_for_this_site(scope):
            return await deny(scope, send, 400, FOREIGN)
        known = is_of_this_site(scope)
        return await (self._application if known else WebsocketDenier())(scope, receive, send)


def is_of_this_site(scope: Any) -> bool:
    """Return whether every Origin of a request is a host of this site.

    A client that is no browser sends no Origin, or any it likes, and is let in. An invalid Origin
    counts as foreign.
    """
    origins = [value for name, value in scope.get("headers", []) if name == b"origin"]
    foreign = [origin for origin in origins if not _is_ours(origin)]
    if foreign:
        logger.info("refused a foreign Origin: %.200r", foreign[0])
    return not foreign


def _is_ours(origin: bytes) -> bool:
    return len(origin) <= ORIGIN_BYTES and _is_of(origin, allowed_hosts())


@lru_cache(maxsize=256)
def _is_of(origin: bytes, allowed: tuple[str, ...]) -> bool:
    try:
        host = urlparse(origin.decode("latin1")).hostname or ""
    except ValueError:
        return False
    host = f"[{host}]" if ":" in host else host
    return bool(host) and validate_host(host, allowed)
