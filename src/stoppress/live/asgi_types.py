"""Types of ASGI's callables and messages, and an extension of our own server."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Our own server offers this extension: a function to be called when an answer has no end. It then
# ends a dead connection within a heartbeat and some seconds, and answers no further request on it.
ENDLESS = "stoppress.endless"

BY_ASGI: ContextVar[bool] = ContextVar("stoppress_by_asgi", default=False)
"""Whether a request came by `live.asgi`; what it renders may see a `WSGIRequest` of a preview."""
