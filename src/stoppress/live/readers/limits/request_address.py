"""The client address of a Django request."""

from django.http import HttpRequest

from .client_address import client_address


def request_address(request: HttpRequest) -> str:
    """Return the address by which limits count a request, as `client_address` determines it."""
    scope = getattr(request, "scope", None)
    if scope is None:
        # From Django's test client or a server without ASGI: no proxy headers count.
        scope = {"client": (request.META.get("REMOTE_ADDR", ""), 0)}
    return client_address(scope)
