"""Learn from a trusted proxy whether the reader's connection uses HTTPS."""

from collections.abc import Callable
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from stoppress.live.readers.limits.client_address import is_of_trusted_proxy

PROTO = b"x-forwarded-proto"


def readers_scheme(scope: Any) -> str:
    """Return the reader's scheme: the nearest proxy's word if it is trusted, else the socket's."""
    lines = [value.decode("latin1") for name, value in scope["headers"] if name == PROTO]
    scheme = ",".join(lines).rpartition(",")[2].strip().lower()
    if scheme in {"http", "https"} and is_of_trusted_proxy(scope):
        return scheme
    return str(scope.get("scheme", "http"))


class ReadersScheme:
    """Takes the scheme from X-Forwarded-Proto, but only of proxies that `TRUSTED_PROXIES` names.

    Otherwise Django would refuse forms from pages that were loaded over HTTPS, since their Origin
    would differ from the site's. Cookies of HTTPS requests are restricted to HTTPS.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request, ASGIRequest):
            # A copy, since the server's scope may be shared. Django takes the scheme from it.
            request.scope = {**request.scope, "scheme": readers_scheme(request.scope)}
        response = self._get_response(request)
        if request.is_secure():
            # This middleware is the outermost, so all cookies are set by now.
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
