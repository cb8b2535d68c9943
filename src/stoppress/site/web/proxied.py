"""What a trusted proxy says of the connection to the reader: whether it is HTTPS."""

from collections.abc import Callable
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from stoppress.live.readers.limits.client_address import is_of_trusted_proxy

PROTO = b"x-forwarded-proto"


def readers_scheme(scope: Any) -> str:
    """Return the scheme by which a reader asks: what the nearest proxy says, if it is trusted."""
    lines = [value.decode("latin1") for name, value in scope["headers"] if name == PROTO]
    told = ",".join(lines).rpartition(",")[2].strip().lower()
    if told in {"http", "https"} and is_of_trusted_proxy(scope):
        return told
    return str(scope.get("scheme", "http"))


class ReadersScheme:
    """Take the scheme from X-Forwarded-Proto, of proxies that `TRUSTED_PROXIES` names alone.

    Without it no form of a page that was read over HTTPS would be accepted: its Origin would be
    another than the site's. Cookies of such requests are for HTTPS only.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request, ASGIRequest):
            # A copy, since the server's own may be shared: Django's request asks its scope.
            request.scope = {**request.scope, "scheme": readers_scheme(request.scope)}
        response = self._get_response(request)
        if request.is_secure():
            # This middleware is the outermost: whoever has set a cookie has done so by now.
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
