"""Who may open a WebSocket from a browser: pages of this site (RFC 6455, section 10.2)."""

import logging
from typing import Any
from urllib.parse import ParseResult

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http.request import validate_host

logger = logging.getLogger("stoppress.live")


class SiteOriginValidator(OriginValidator):
    """Refuses, with 403 at the handshake, a browser that is on another site's page.

    A client that is no browser sends no Origin, could send any, and is let in.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, [])

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
