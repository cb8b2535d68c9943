"""The Origin check: which pages may read from a browser (RFC 6455, section 10.2)."""

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlparse

from channels.security.websocket import WebsocketDenier
from django.http.request import validate_host

from stoppress.live import conf
from stoppress.live.asgi_types import Application
from stoppress.live.protocol.origins import EVERY

from .denial import deny
from .host import FOREIGN, allowed_hosts, host_of, is_for_this_site

logger = logging.getLogger("stoppress.live")

# Scheme, host and port; longer values are not cached either.
ORIGIN_BYTES = 500


class SiteOriginValidator:
    """Refuses handshakes for another host (with 400) and from a page that may not read (403)."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Pass on a handshake from a page of this site or of an allowed origin."""
        if not is_for_this_site(scope):
            return await deny(scope, send, 400, FOREIGN)
        allowed = is_allowed(scope)
        return await (self._application if allowed else WebsocketDenier())(scope, receive, send)


def is_allowed(scope: Any) -> bool:
    """Return whether a page of this site, or of an allowed origin, sends a request.

    A client other than a browser sends no Origin, or an arbitrary one, and is allowed. An invalid
    Origin counts as foreign.
    """
    refused = [origin for origin in _foreign(scope) if not _is_named(origin)]
    if refused:
        logger.info("refused a foreign Origin: %.200r", refused[0])
    return not refused


def is_of_this_site(scope: Any) -> bool:
    """Return whether a request is from a page of this site, so that its cookies count.

    An origin in ALLOWED_ORIGINS counts as another site, also on a subdomain of this one, unless it
    is the host to which the request is sent.
    """
    host = host_of(scope)
    listed = [
        origin
        for origin in _origins(scope)
        if origin.decode("latin1") in conf.words("ALLOWED_ORIGINS")
        and origin.partition(b"://")[2] != host
    ]
    return not listed and not _foreign(scope)


def named_origin(scope: Any) -> bytes | None:
    """Return the Origin of a request if it is in ALLOWED_ORIGINS; None otherwise."""
    return next(filter(_is_named, _origins(scope)), None)


def _foreign(scope: Any) -> list[bytes]:
    return [origin for origin in _origins(scope) if not _is_ours(origin)]


def _origins(scope: Any) -> list[bytes]:
    return [value for name, value in scope.get("headers", []) if name == b"origin"]


def _is_named(origin: bytes) -> bool:
    named = conf.words("ALLOWED_ORIGINS")
    return EVERY in named or origin.decode("latin1") in named


def _is_ours(origin: bytes) -> bool:
    return len(origin) <= ORIGIN_BYTES and _is_of(origin, allowed_hosts())


@lru_cache(maxsize=256)
def _is_of(origin: bytes, allowed: tuple[str, ...]) -> bool:
    try:
        parts = urlparse(origin.decode("latin1"))
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"}:
        return False
    host = f"[{host}]" if ":" in host else host
    return bool(host) and validate_host(host, allowed)
