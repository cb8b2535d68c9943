"""Count every response, and add security headers and the request's id, also outside Django.

Django's middleware sets the headers on Django's own responses. It does not see the responses of the
live transports, nor those that are sent before it, such as the refusal of a large body.
"""

import re
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any

from django.conf import settings
from prometheus_client import Counter

from stoppress.live.asgi_types import Application, Headers
from stoppress.live.request_id import current_id

from .metrics import RESPONSES
from .proxied import readers_scheme
from .request_ids import HEADER as REQUEST_ID

HSTS = b"strict-transport-security"
# `s-maxage=2` of a public page does not count: its readers get an id, to quote it to the operator.
_KEPT = re.compile(rb"(?:^|[ ,])max-age=0*[1-9]", re.IGNORECASE)


def every_answer(application: Application) -> Application:
    """Return an HTTP application that adds the headers of Django's `SECURE_…` settings once.

    It also adds the request's id, except to a response that caches reuse for other readers, such as
    that of a poll or a static file.
    """
    always, hsts = _headers(), settings.SECURE_HSTS_SECONDS
    by_https = [*always, (HSTS, f"max-age={hsts}".encode())] if hsts else always

    # Nearly all responses have one of a few sets of header names.
    @lru_cache(maxsize=256)
    def missing(names: tuple[bytes, ...], secure: bool) -> list[tuple[bytes, bytes]]:
        there = {name.lower() for name in names}
        return [header for header in (by_https if secure else always) if header[0] not in there]

    # Plain functions, not coroutines: each response and each event to a reader passes through here.
    def answers(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        request = current_id()

        def sends(message: Any) -> Any:
            if message["type"] == "http.response.start":
                _responses(message["status"] // 100).inc()
                headers = list(message.get("headers", ()))
                names = tuple([name for name, _ in headers])
                headers += missing(names, bool(hsts) and _is_secure(scope))
                if request and not _is_for_others(headers):
                    headers.append((REQUEST_ID, request.encode()))
                message = {**message, "headers": headers}
            return send(message)

        return application(scope, receive, sends)

    return answers


@lru_cache(maxsize=8)
def _responses(hundreds: int) -> Counter:
    return RESPONSES.labels(f"{hundreds}xx")


def _is_for_others(headers: Headers) -> bool:
    """Return whether a cache may hand a response out again without asking."""
    return any(name == b"cache-control" and _KEPT.search(value) for name, value in headers)


def _headers() -> list[tuple[bytes, bytes]]:
    values = {
        "x-content-type-options": "nosniff" if settings.SECURE_CONTENT_TYPE_NOSNIFF else "",
        "referrer-policy": settings.SECURE_REFERRER_POLICY or "",
        "cross-origin-opener-policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or "",
    }
    return [(name.encode(), value.encode()) for name, value in values.items() if value]


def _is_secure(scope: Any) -> bool:
    return readers_scheme(scope) == "https"
