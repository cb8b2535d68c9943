"""Types of ASGI's callables and messages, and an extension of our own server."""

from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Our own server offers this extension: a function to be called when an answer has no end. It then
# ends a dead connection within a heartbeat and some seconds, and answers no further request on it.
ENDLESS = "stoppress.endless"
