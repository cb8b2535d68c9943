"""The site's ASGI application: Django, the live transports, and the rules for every request."""

from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live.asgi_types import Application

from .lock_waits import limit_lock_waits
from .web.access_log import with_access_log
from .web.body_limits import BodyLimits
from .web.every_answer import every_answer
from .web.request_ids import with_request_ids
from .web.unchanging import Unchanging
from .web.uploads_at_once import UploadsAtOnce


def site_application() -> Application:
    """Return a new application; it has its own cache of shared pages."""
    limit_lock_waits()
    site = live.asgi(Unchanging(get_asgi_application()))
    requests = every_answer(BodyLimits(UploadsAtOnce(site)))

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if settings.FORCE_SCRIPT_NAME:
            # Django's `request.path` would lack a prefix that a proxy removes; `live` restores it.
            scope = {**scope, "root_path": settings.FORCE_SCRIPT_NAME}
        # A WebSocket has no request body and no response headers.
        await (requests if scope["type"] == "http" else site)(scope, receive, send)

    return with_request_ids(with_access_log(served) if settings.STOPPRESS_ACCESS_LOG else served)
