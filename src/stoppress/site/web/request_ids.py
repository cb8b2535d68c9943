"""Give each request an id: a trusted proxy's, or a new one."""

import re
import secrets
from typing import Any

from stoppress.live.asgi_types import Application
from stoppress.live.readers.limits.client_address import is_of_trusted_proxy
from stoppress.live.request_id import RequestId

HEADER = b"x-request-id"
# It is in log lines and responses, so it has no characters with a meaning there.
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def with_request_ids(application: Application) -> Application:
    """Return an application in which each request, HTTP or WebSocket, has its id."""

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await application(scope, receive, send)
            return
        request = RequestId(id_of(scope))
        try:
            await application(scope, receive, send)
        finally:
            request.end()

    return answers


def id_of(scope: Any) -> str:
    """Return the id that a trusted proxy gave a request, or else a new one."""
    given: list[bytes] = [value for name, value in scope["headers"] if name == HEADER]
    if len(given) == 1 and _SANE.fullmatch(given[0]) and is_of_trusted_proxy(scope):
        return given[0].decode("ascii")
    return secrets.token_hex(8)
