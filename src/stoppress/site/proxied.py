"""What a trusted proxy says of the connection to the reader: whether it is HTTPS."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stoppress.live.limits.client_address import is_of_trusted_proxy


class ReadersScheme:
    """Take the scheme from X-Forwarded-Proto, of proxies that `TRUSTED_PROXIES` names alone.

    Without it no form of a page that was read over HTTPS would be accepted: its Origin would be
    another than the site's. Cookies of such requests are for HTTPS only.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scope = getattr(request, "scope", None)
        told = request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        known = told in {"http", "https"}
        if known and scope is not None and is_of_trusted_proxy(scope):
            # A copy, since the server's own may be shared: Django's request asks its scope.
            request.scope = scope | {"scheme": told}  # type: ignore[attr-defined]
        response = self._get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
