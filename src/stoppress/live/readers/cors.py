"""CORS: lets a page of an allowed origin read the responses of SSE and poll (Fetch, 3.2)."""

from typing import Any

from stoppress.live import conf
from stoppress.live.asgi_types import Headers, Message, Send
from stoppress.live.protocol.origins import EVERY

from .origin import named_origin

# Seconds for which a browser need not ask again; browsers limit it to two hours or less.
ASKED_FOR = b"7200"


def sharing(scope: Any) -> Headers:
    """Return the CORS headers of a response; none if no other origin is allowed.

    They never allow cookies: a page of another origin identifies its reader by a token.
    """
    named = conf.words("ALLOWED_ORIGINS")
    if not named:
        return []
    expose = (b"access-control-expose-headers", b"retry-after")
    if EVERY in named:
        return [(b"access-control-allow-origin", b"*"), expose]
    # A shared cache must not give one origin a response that names another origin.
    vary = (b"vary", b"Origin")
    origin = named_origin(scope)
    return [vary] if origin is None else [(b"access-control-allow-origin", origin), expose, vary]


def sharing_send(scope: Any, send: Send) -> Send:
    """Return a `send` that adds these headers to the response."""
    headers = sharing(scope)
    if not headers:
        return send

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers]}
        await send(message)

    return send_shared


def preflight(scope: Any) -> Headers | None:
    """Return the headers that answer a preflight request for sending a token; None for others."""
    asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    if scope["method"] != "OPTIONS" or not asks or named_origin(scope) is None:
        return None
    return [
        (b"access-control-allow-methods", b"GET"),
        (
            b"access-control-allow-headers",
            b"authorization, cache-control, if-none-match, last-event-id",
        ),
        (b"access-control-max-age", ASKED_FOR),
    ]
