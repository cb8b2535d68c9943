"""Who may open a WebSocket from a browser: pages of this site (RFC 6455, section 10.2)."""

import logging
from typing import Any
from urllib.parse import ParseResult, urlparse

from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.http.request import validate_host

logger = logging.getLogger("stoppress.live")


class SiteOriginValidator(OriginValidator):
    """Refuses, with 403 at the handshake, a browser that is on another site's page.

    A client that is no browser sends no Origin, could send any, and is let in.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, [])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Let a page of this site pass; what is no Origin at all is a foreign one."""
        for name, value in scope.get("headers", []):
            if name == b"origin" and not _can_be_read(value):
                logger.info("refused an Origin that cannot be read: %.200r", value)
                return await WebsocketDenier()(scope, receive, send)
        return await super().__call__(scope, receive, send)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Say whether an Origin is of a host that this site answers to."""
        if parsed_origin is None:
            return True
        allowed = settings.ALLOWED_HOSTS
        if settings.DEBUG and not allowed:
            allowed = [".localhost", "127.0.0.1", "[::1]"]
        host = parsed_origin.hostname or ""
        host = f"[{host}]" if ":" in host else host
        if host and validate_host(host, allowed):
            return True
        logger.info("refused a foreign Origin: %.200s", parsed_origin.geturl())
        return False


def _can_be_read(origin: bytes) -> bool:
    try:
        urlparse(origin.decode("latin1"))
    except ValueError:
        return False
    return True
