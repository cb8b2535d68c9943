"""What every answer of the application says to a browser, whether Django gives it or not.

Django's middleware says it of Django's own answers. Those of the live transports never come near
it, nor does one that Django gives before its middleware: to a body that is too large, for one.
"""

from typing import Any

from django.conf import settings

from stoppress.live.application import Application

from .proxied import readers_scheme

HSTS = b"strict-transport-security"


def every_answer(application: Application) -> Application:
    """Return an application for HTTP whose answers have Django's `SECURE_…` headers, each once."""
    always = _headers()
    hsts = f"max-age={settings.SECURE_HSTS_SECONDS}".encode()

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        # No coroutine of its own: what an event goes through on its way to each reader is short.
        def sends(message: Any) -> Any:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                there = {name.lower() for name, _ in headers}
                headers += [header for header in always if header[0] not in there]
                if settings.SECURE_HSTS_SECONDS and HSTS not in there and _is_secure(scope):
                    headers.append((HSTS, hsts))
                message = {**message, "headers": headers}
            return send(message)

        await application(scope, receive, sends)

    return answers


def _headers() -> list[tuple[bytes, bytes]]:
    said = {
        "x-content-type-options": "nosniff" if settings.SECURE_CONTENT_TYPE_NOSNIFF else "",
        "referrer-policy": settings.SECURE_REFERRER_POLICY or "",
        "cross-origin-opener-policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or "",
    }
    return [(name.encode(), value.encode()) for name, value in said.items() if value]


def _is_secure(scope: Any) -> bool:
    return readers_scheme(scope) == "https"
